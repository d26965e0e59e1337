const DAY = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  timeZone: 'UTC',
});
const MINUTE = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
});

/** `24 Nov 2026`, in UTC; text that is no date comes back as it is. */
export function toDay(date: string): string {
  const time = Date.parse(date);
  return Number.isNaN(time) ? date : DAY.format(time);
}

/** `24 Nov 2026, 13:05 UTC`; text that is no date comes back as it is. */
export function toMinute(date: string): string {
  const time = Date.parse(date);
  return Number.isNaN(time) ? date : `${MINUTE.format(time)} UTC`;
}
