/** User ids of the host that jobs run under, each by one job at a time. */
export interface Uids {
  take(): number;
  give(uid: number): void;
}

export function createUids(first: number): Uids {
  const taken = new Set<number>();
  return {
    take() {
      let uid = first;
      while (taken.has(uid)) uid += 1;
      taken.add(uid);
      return uid;
    },
    give(uid) {
      taken.delete(uid);
    },
  };
}
