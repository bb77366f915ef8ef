import { useMutation } from "@tanstack/react-query";
import { Input, Select } from "antd";
import { useId, useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { api, must, once } from "@/infra/api";
import { useTeams } from "@/infra/shared";
import { useWords } from "@/infra/words";
import { Field } from "@/ui/field";
import { KindTile } from "@/ui/glyph";
import { FormDrawer } from "@/ui/page";
import { Failure } from "@/ui/states";
import css from "./page.module.css";
import { w } from "./words";

const kinds = ["view", "relational", "sql"] as const;

/** proposed names what is made of a table: it stands one layer on. */
function proposed(table: string): string {
  const [layer, ...rest] = table.split(".");
  return [layer === "ods" ? "cdm" : "ads", ...rest].join(".");
}

/** NewModel asks for what a model cannot be without, makes it, and opens it. With ?table it begins with that table. */
export function NewModel({ onClose }: { onClose: () => void }) {
  const t = useWords(w);
  const navigate = useNavigate();
  const id = useId();
  const [kind, setKind] = useState<(typeof kinds)[number]>("view");
  const [search] = useSearchParams();
  const table = search.get("table") ?? "";
  const [name, setName] = useState(() => (table === "" ? "" : proposed(table)));
  const { mine, known } = useTeams();
  const teams = mine.map((x) => ({ value: x.id, label: x.name }));
  const [chosen, setTeam] = useState<string>();
  const team = chosen ?? teams[0]?.value;

  // A script has no nodes to begin with.
  const begins = table !== "" && kind !== "sql";

  const create = useMutation({
    mutationFn: () =>
      must(
        api.POST("/documents", {
          params: { header: once() },
          body: { name: name.trim(), team: team ?? "", ...(kind === "sql" ? { format: "sql" as const } : { format: "yaml" as const, kind: kind === "relational" ? ("relational_model" as const) : ("view" as const) }) },
        }),
      ),
    onSuccess: (d) => void navigate(`/models/${d.id}${begins ? `?table=${encodeURIComponent(table)}` : ""}`),
  });

  return (
    <FormDrawer onClose={onClose} title={t("form.title")} action={t("form.create")} ready={team !== undefined && name.trim() !== ""} busy={create.isPending} onSubmit={() => create.mutate()}>
      <Field label={t("form.kind")}>
        <div className={css.kinds} role="radiogroup" aria-label={t("form.kind")}>
          {kinds.map((k) => (
            <label key={k} className={css.option}>
              <input type="radio" name="kind" checked={kind === k} onChange={() => setKind(k)} />
              <KindTile kind={k === "relational" ? "relational" : "view"} />
              <strong>{t(`form.${k}`)}</strong>
              <span>{t(`form.${k}Help`)}</span>
            </label>
          ))}
        </div>
      </Field>
      <Field label={t("form.name")} htmlFor={`${id}-name`} help={begins ? t("form.begins", { table }) : t("form.nameHelp")}>
        <Input id={`${id}-name`} value={name} onChange={(e) => setName(e.target.value)} placeholder="cdm.music.long_plays" maxLength={200} autoFocus spellCheck={false} />
      </Field>
      <Field label={t("form.team")} htmlFor={`${id}-team`} help={known && teams.length === 0 ? t("form.noTeam") : t("form.teamHelp")}>
        <Select id={`${id}-team`} value={team} onChange={setTeam} options={teams} showSearch={{ optionFilterProp: "label" }} />
      </Field>
      {create.error ? <Failure problem={create.error} /> : null}
    </FormDrawer>
  );
}
