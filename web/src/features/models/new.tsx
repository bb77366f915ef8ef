import { useMutation } from "@tanstack/react-query";
import { Button, Input, Select } from "antd";
import { type FormEvent, useId, useState } from "react";
import { useNavigate } from "react-router";
import { api, must, once } from "@/infra/api";
import { useTeams } from "@/infra/shared";
import { useWords } from "@/infra/words";
import { KindTile } from "@/ui/glyph";
import { Drawer } from "@/ui/page";
import { Failure } from "@/ui/states";
import css from "./page.module.css";
import { w } from "./words";

const kinds = ["view", "relational", "sql"] as const;

/** NewModel asks for what a model cannot be without, makes it, and opens it. */
export function NewModel({ onClose }: { onClose: () => void }) {
  const t = useWords(w);
  const navigate = useNavigate();
  const id = useId();
  const [kind, setKind] = useState<(typeof kinds)[number]>("view");
  const [name, setName] = useState("");
  const { mine, known } = useTeams();
  const teams = mine.map((x) => ({ value: x.id, label: x.name }));
  const [chosen, setTeam] = useState<string>();
  const team = chosen ?? teams[0]?.value;

  const create = useMutation({
    mutationFn: () =>
      must(
        api.POST("/documents", {
          params: { header: once() },
          body: { name: name.trim(), team: team ?? "", ...(kind === "sql" ? { format: "sql" as const } : { format: "yaml" as const, kind: kind === "relational" ? ("relational_model" as const) : ("view" as const) }) },
        }),
      ),
    onSuccess: (d) => void navigate(`/models/${d.id}`),
  });
  const submit = (e: FormEvent) => {
    e.preventDefault();
    create.mutate();
  };

  return (
    <Drawer
      open
      onClose={onClose}
      title={t("form.title")}
      footer={
        <Button type="primary" htmlType="submit" form={id} disabled={create.isPending || team === undefined || name.trim() === ""}>
          {t("form.create")}
        </Button>
      }
    >
      <form id={id} className={css.form} onSubmit={submit}>
        <fieldset>
          <legend>{t("form.kind")}</legend>
          <div className={css.kinds}>
            {kinds.map((k) => (
              <label key={k} className={css.option}>
                <input type="radio" name="kind" checked={kind === k} onChange={() => setKind(k)} />
                <KindTile kind={k === "relational" ? "relational" : "view"} />
                <strong>{t(`form.${k}`)}</strong>
                <span>{t(`form.${k}Help`)}</span>
              </label>
            ))}
          </div>
        </fieldset>
        <div>
          <label className={css.label} htmlFor={`${id}-name`}>
            {t("form.name")}
          </label>
          <Input id={`${id}-name`} value={name} onChange={(e) => setName(e.target.value)} placeholder="cdm.music.long_plays" maxLength={200} autoFocus spellCheck={false} />
          <span className={css.help}>{t("form.nameHelp")}</span>
        </div>
        <div>
          <label className={css.label} htmlFor={`${id}-team`}>
            {t("form.team")}
          </label>
          <Select id={`${id}-team`} value={team} onChange={setTeam} options={teams} className={css.wide} showSearch={{ optionFilterProp: "label" }} />
          <span className={css.help}>{known && teams.length === 0 ? t("form.noTeam") : t("form.teamHelp")}</span>
        </div>
        {create.error && <Failure problem={create.error} />}
      </form>
    </Drawer>
  );
}
