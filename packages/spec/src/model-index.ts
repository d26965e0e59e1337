/** A number from a model card's `model-index`, the older way to tell results: no setup, no file, no pull request. */
export interface LegacyResult {
  /** The dataset as the card names it: often `ns/name`, often only a name. */
  dataset: string;
  datasetName?: string;
  config?: string;
  split?: string;
  revision?: string;
  task?: string;
  metric: string;
  value: number;
  /** As the card writes it. */
  valueText: string;
  source?: { url: string; name?: string };
}

/** Results of one card, at most: more are left out. */
const most = 1_000;

/** Reads `model-index` leniently: what has no dataset, metric or number is left out. Pure. */
export function parseModelIndex(card: Record<string, unknown> | null): LegacyResult[] {
  const found: LegacyResult[] = [];
  for (const entry of listOf(card?.['model-index'])) {
    for (const result of listOf(entry.results)) {
      for (const metric of listOf(result.metrics)) {
        const legacy = toLegacy(result, metric);
        if (legacy && found.length < most) found.push(legacy);
      }
    }
  }
  return found;
}

type Fields = Record<string, unknown>;

function toLegacy(result: Fields, metric: Fields): LegacyResult | null {
  const dataset = mapOf(result.dataset);
  const [named, type] = [textOf(dataset.name), textOf(dataset.type)];
  const id = type ?? named;
  const kind = textOf(metric.name) ?? textOf(metric.type);
  const valueText = typeof metric.value === 'number' ? String(metric.value) : textOf(metric.value);
  const value = valueText === undefined || valueText === '' ? Number.NaN : Number(valueText);
  if (!id || !kind || valueText === undefined || !Number.isFinite(value)) return null;
  const source = mapOf(result.source);
  const url = textOf(source.url);
  const optional = {
    datasetName: named,
    config: textOf(dataset.config),
    split: textOf(dataset.split),
    revision: textOf(dataset.revision),
    task: textOf(mapOf(result.task).name) ?? textOf(mapOf(result.task).type),
  };
  const told = Object.fromEntries(Object.entries(optional).filter(([, text]) => text !== undefined));
  const name = textOf(source.name);
  return {
    dataset: id,
    ...told,
    metric: kind,
    value,
    valueText,
    ...(url && /^https?:\/\//.test(url) && { source: { url, ...(name && { name }) } }),
  };
}

function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'object' && one !== null) : [];
}

function mapOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' && value.length <= 500 ? value.trim() : undefined;
}
