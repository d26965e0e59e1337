type Act = () => void;

const watched = new WeakMap<AbortSignal, Set<Act>>();

/**
 * Calls `act` once the signal is aborted; answers what takes it back. A signal walks through all its listeners
 * whenever one is added or removed, which thousands of calls at a time would feel: here it has a single one.
 */
export function watchAbort(signal: AbortSignal, act: Act): Act {
  let acts = watched.get(signal);
  if (!acts) {
    const fresh = new Set<Act>();
    acts = fresh;
    watched.set(signal, fresh);
    signal.addEventListener('abort', () => {
      for (const each of [...fresh]) each();
    });
  }
  acts.add(act);
  return () => acts.delete(act);
}
