import { useClock } from "@/ui/now";

/** useNow is the time to the second, for figures that grow by themselves. */
export function useNow(): number {
  return Number(useClock((now) => String(Math.floor(now / 1000) * 1000)));
}
