import { useQuery } from "@tanstack/react-query";
import { api, must, type Schemas } from "@/infra/api";

/** Trend is the rate of one pipeline over the last half hour, the newest point last. */
type Trend = Schemas["PipelineRates"];

/** atOnce is how many pipelines one request may name. */
const atOnce = 200;

/** gather is how long rows that come into sight are waited for, so that they are asked for together, in milliseconds. */
const gather = 40;

interface Asked {
  resolve: (t: Trend | null) => void;
  reject: (e: unknown) => void;
}

let waiting = new Map<string, Asked[]>();

function load(id: string): Promise<Trend | null> {
  return new Promise((resolve, reject) => {
    if (waiting.size === 0) setTimeout(() => void flush(), gather);
    waiting.set(id, [...(waiting.get(id) ?? []), { resolve, reject }]);
  });
}

async function flush(): Promise<void> {
  const all = [...waiting];
  waiting = new Map();
  for (let i = 0; i < all.length; i += atOnce) {
    const part = all.slice(i, i + atOnce);
    try {
      const { items } = await must(api.GET("/pipelines/rates", { params: { query: { id: part.map(([id]) => id) } } }));
      const found = new Map(items.map((t) => [t.id, t]));
      for (const [id, asked] of part) for (const a of asked) a.resolve(found.get(id) ?? null);
    } catch (e) {
      for (const [, asked] of part) for (const a of asked) a.reject(e);
    }
  }
}

/** useTrend is the half hour of a pipeline; rows that are drawn together share one request. */
export function useTrend(id: string): number[] | undefined {
  const { data } = useQuery({ queryKey: ["pipelines", "trend", id], staleTime: 30_000, refetchInterval: 30_000, retry: false, queryFn: () => load(id) });
  return data?.points;
}
