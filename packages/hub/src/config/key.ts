import type { Reader } from './readers.ts';

/** One setting. `fallback` left out means that there is no value unless one is given. */
interface Key<T> {
  env: string;
  sentence: string;
  reader: Reader<T>;
  unit?: string;
  secret?: boolean;
}
interface OptionalKey<T> extends Key<T> {
  fallback?: undefined;
}
interface RequiredKey<T> extends Key<T> {
  fallback: NoInfer<T>;
}

export const optional = <T>(key: OptionalKey<T>) => key;
export const required = <T>(key: RequiredKey<T>) => key;
