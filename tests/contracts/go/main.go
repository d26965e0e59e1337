// Checks a transparency log with golang.org/x/mod/sumdb/{note,tlog}: code that its makers did not write.
//
//	tlog URL [CHECKPOINT-FILE...]
//
// From public reads alone: the checkpoint opens under the log's verifier key; every hash of every leaf, read through
// the verified tiles, is the hash of the entry served beside it; every leaf's inclusion proof holds (of large logs, a
// thousand of them); the tree begins with that of each checkpoint file. Prints one JSON object; exits 1 when anything
// does not hold.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight = 8
const tileWidth = 1 << tileHeight
const mostProofs = 1000

type report struct {
	Origin      string `json:"origin"`
	Size        int64  `json:"size"`
	Entries     int64  `json:"entries"`
	Inclusions  int    `json:"inclusions"`
	Consistency int    `json:"consistency"`
}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: tlog URL [CHECKPOINT-FILE...]")
		os.Exit(2)
	}
	found, err := check(strings.TrimSuffix(os.Args[1], "/")+"/tlog/", os.Args[2:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	json.NewEncoder(os.Stdout).Encode(found)
}

func check(base string, older []string) (*report, error) {
	vkey, err := get(base + "vkey")
	if err != nil {
		return nil, err
	}
	verifier, err := note.NewVerifier(strings.TrimSpace(string(vkey)))
	if err != nil {
		return nil, fmt.Errorf("verifier key: %w", err)
	}
	signed, err := get(base + "checkpoint")
	if err != nil {
		return nil, err
	}
	tree, err := openCheckpoint(signed, verifier)
	if err != nil {
		return nil, err
	}
	found := &report{Origin: verifier.Name(), Size: tree.N}
	hashes := tlog.TileHashReader(*tree, &tileReader{base: base})
	if err := checkEntries(base, tree, hashes, found); err != nil {
		return nil, err
	}
	for _, path := range older {
		if err := checkOlder(path, verifier, tree, hashes, found); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	return found, nil
}

// checkEntries compares each entry with its leaf hash in the verified tree, and proves the inclusion of some.
func checkEntries(base string, tree *tlog.Tree, hashes tlog.HashReader, found *report) error {
	step := tree.N/mostProofs + 1
	for index := int64(0); index*tileWidth < tree.N; index++ {
		width := min(tileWidth, tree.N-index*tileWidth)
		entries, err := readEntries(base, index, int(width))
		if err != nil {
			return err
		}
		for i, entry := range entries {
			n := index*tileWidth + int64(i)
			leaf := tlog.RecordHash(entry)
			kept, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, n)})
			if err != nil {
				return fmt.Errorf("leaf %d: %w", n, err)
			}
			if kept[0] != leaf {
				return fmt.Errorf("leaf %d: the entry is not the one that was hashed", n)
			}
			found.Entries++
			if n%step != 0 {
				continue
			}
			proof, err := tlog.ProveRecord(tree.N, n, hashes)
			if err != nil {
				return fmt.Errorf("leaf %d: %w", n, err)
			}
			if err := tlog.CheckRecord(proof, tree.N, tree.Hash, n, leaf); err != nil {
				return fmt.Errorf("leaf %d: %w", n, err)
			}
			found.Inclusions++
		}
	}
	return nil
}

func checkOlder(path string, verifier note.Verifier, tree *tlog.Tree, hashes tlog.HashReader, found *report) error {
	signed, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	older, err := openCheckpoint(signed, verifier)
	if err != nil {
		return err
	}
	if older.N > tree.N {
		return fmt.Errorf("the log had %d leaves, now it has %d", older.N, tree.N)
	}
	if older.N > 0 {
		proof, err := tlog.ProveTree(tree.N, older.N, hashes)
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(proof, tree.N, tree.Hash, older.N, older.Hash); err != nil {
			return err
		}
	}
	found.Consistency++
	return nil
}

// openCheckpoint verifies the note and reads origin, size and root.
func openCheckpoint(signed []byte, verifier note.Verifier) (*tlog.Tree, error) {
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return nil, errors.New("checkpoint: no origin, size and root of this log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 {
		return nil, fmt.Errorf("checkpoint: %q is no size", lines[1])
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return nil, fmt.Errorf("checkpoint: %q is no root", lines[2])
	}
	tree := &tlog.Tree{N: size}
	copy(tree.Hash[:], root)
	return tree, nil
}

// readEntries reads a bundle: each entry after its length in two bytes, big-endian.
func readEntries(base string, index int64, width int) ([][]byte, error) {
	tile := tlog.Tile{H: tileHeight, L: -1, N: index, W: width}
	path := strings.Replace(tile.Path(), "tile/8/data/", "tile/entries/", 1)
	bytes, err := get(base + path)
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(bytes) > 0 {
		if len(bytes) < 2 || len(bytes) < 2+int(binary.BigEndian.Uint16(bytes)) {
			return nil, fmt.Errorf("%s ends in the middle of an entry", path)
		}
		end := 2 + int(binary.BigEndian.Uint16(bytes))
		entries = append(entries, bytes[2:end])
		bytes = bytes[end:]
	}
	if len(entries) != width {
		return nil, fmt.Errorf("%s holds %d entries, not %d", path, len(entries), width)
	}
	return entries, nil
}

// tileReader fetches tiles under the paths of C2SP tlog-tiles, which leave out the height that Go's have.
type tileReader struct {
	base string
	kept map[string][]byte
}

func (r *tileReader) Height() int { return tileHeight }

func (r *tileReader) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, tile := range tiles {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		if r.kept[path] == nil {
			bytes, err := get(r.base + path)
			if err != nil {
				return nil, err
			}
			if r.kept == nil {
				r.kept = map[string][]byte{}
			}
			r.kept[path] = bytes
		}
		data[i] = r.kept[path]
	}
	return data, nil
}

func (r *tileReader) SaveTiles([]tlog.Tile, [][]byte) {}

func get(url string) ([]byte, error) {
	answer, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answered %s", url, answer.Status)
	}
	return io.ReadAll(answer.Body)
}
