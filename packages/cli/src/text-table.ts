/** Lays rows out in columns: text to the left, numbers to the right, two spaces between. */
export function toTextTable(rows: (string | number)[][]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, String(cell).length);
  }
  return rows
    .map((row) =>
      row
        .map((cell, at) =>
          typeof cell === 'number' ? String(cell).padStart(widths[at]!) : String(cell).padEnd(widths[at]!),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
