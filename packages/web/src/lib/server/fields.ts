/** A field of a form as text, without space around it; empty when it is not there. */
export function fieldOf(form: FormData, name: string): string {
  return String(form.get(name) ?? '').trim();
}
