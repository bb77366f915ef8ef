import { useState } from "react";
import { useWords } from "@/infra/words";
import { toast } from "@/ui/states";
import { Extracted } from "./extracted";
import { ExtractForm } from "./form";
import { useMake } from "./make";
import { usePart, type Whole } from "./part";
import { w } from "./words";

/** ExtractDrawer asks how the selected nodes become a model of their own. Once they are one, it goes by what they were. */
export function ExtractDrawer({ onClose }: { onClose: () => void }) {
  const now = usable(usePart());
  const [first] = useState(now);
  const part = now ?? first;
  return part === undefined ? null : <Extracting part={part} onClose={onClose} />;
}

function usable(part: ReturnType<typeof usePart>): Whole | undefined {
  return part === undefined || "reason" in part ? undefined : part;
}

function Extracting({ part, onClose }: { part: Whole; onClose: () => void }) {
  const t = useWords(w);
  const making = useMake(part);
  const { made, remove } = making;
  if (made.table && made.model) return <Extracted part={part} table={made.table} model={made.model} here={made.here === true} onClose={onClose} />;
  // What was made on the way to a failure does not stay unsaid.
  const close = () => {
    if (made.table) toast(t("stays", { table: made.table.name }), { label: t("remove"), run: () => void remove() });
    onClose();
  };
  return <ExtractForm part={part} making={making} onClose={made.busy ? () => {} : close} />;
}
