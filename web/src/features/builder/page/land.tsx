import { Button } from "antd";
import { useNavigate } from "react-router";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { useBuilderStore } from "../state";
import { w } from "../words";

/** LandButton opens the wizard that designs the table of a sink, or, without a node, of the rows that a model without sinks puts out. */
export function LandButton({ node }: { node?: string }) {
  const t = useWords(w);
  const store = useBuilderStore();
  const navigate = useNavigate();
  const open = async () => {
    // The wizard works on the draft as the server has it.
    await store.getState().save();
    await navigate(`/models/${store.getState().document.id}/land${node === undefined ? "" : `?node=${encodeURIComponent(node)}`}`);
  };
  return (
    <Button block icon={<Glyph name="wand" />} onClick={() => void open()}>
      {t(node === undefined ? "inspect.landRows" : "inspect.land")}
    </Button>
  );
}
