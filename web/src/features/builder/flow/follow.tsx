import { useEffect } from "react";
import { useFeedItem } from "@/infra/live";
import { byNode, type NodeNumbers, type Numbers, type Reading } from "./numbers";

interface Detail {
  operators?: readonly Reading[] | null;
  bottleneck?: { node: string } | null;
}

/** FollowPipeline lays a pipeline's numbers over the nodes. It draws nothing itself. */
export function FollowPipeline({ pipeline, numbers }: { pipeline: string; numbers: Numbers }) {
  const detail = useFeedItem<Detail>("pipeline", { pipeline }, pipeline);
  useEffect(() => {
    if (detail) numbers.set(byNode(detail.operators ?? [], detail.bottleneck?.node));
  }, [detail, numbers]);
  useEffect(() => () => numbers.set(new Map<string, NodeNumbers>()), [numbers]);
  return null;
}
