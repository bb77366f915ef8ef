import { useWords } from "@/infra/words";
import { w } from "../words";
import { useWorld } from "./context";
import { given, mapOf, textOf } from "./field";
import css from "./form.module.css";
import { ListControl } from "./list";
import { MapControl } from "./map";
import { Fields } from "./spec-form";
import type { ControlProps } from "./widget";

const suffix = "_params";

/** Composite draws what is made of other fields: objects, a format's settings, lists and maps. */
export function Composite(p: ControlProps) {
  switch (p.field.type) {
    case "params":
      return <ParamsControl {...p} />;
    case "map":
      return <MapControl {...p} />;
    case "list":
      return <ListControl {...p} />;
    default:
      return (
        <div className={css.nested}>
          <Fields fields={p.field.fields ?? []} values={mapOf(p.value)} diagnostics={p.diagnostics} onChange={p.onChangeAt} readOnly={p.readOnly} path={p.path} />
        </div>
      );
  }
}

/** The settings of the format that the sibling before chose. */
function ParamsControl(p: ControlProps) {
  const t = useWords(w);
  const { formats = [] } = useWorld();
  const chooser = p.siblings.find((f) => f.name + suffix === p.field.name);
  const name = chooser ? textOf(given(chooser, p.siblingValues)) : "";
  const format = formats.find((f) => f.name === name);
  if (!format) return <p className={css.none}>{name === "" ? t("form.formatFirst") : t("form.noFields")}</p>;
  return (
    <div className={css.nested}>
      <Fields fields={format.fields} values={mapOf(p.value)} diagnostics={p.diagnostics} onChange={p.onChangeAt} readOnly={p.readOnly} path={p.path} />
    </div>
  );
}
