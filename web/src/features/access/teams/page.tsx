import { useMutation, useQuery } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useId, useMemo, useState } from "react";
import { useNavigate } from "react-router";
import { api, must, once } from "@/infra/api";
import { useCan, useMe } from "@/infra/session";
import { teamsQuery } from "@/infra/shared";
import { useWords } from "@/infra/words";
import { Field } from "@/ui/field";
import { Glyph } from "@/ui/glyph";
import { FormDrawer } from "@/ui/page";
import { Failure, Loading, toast } from "@/ui/states";
import { DataTable, type TableColumn } from "@/ui/table";
import { Age, Num } from "@/ui/text";
import { type Team, useChanged } from "../data";
import { Frame } from "../frame";
import { SubjectPicker } from "../pickers";
import { subjectOf } from "../rules";
import css from "../shared.module.css";
import { w } from "../words";

/** TeamsPage lists all teams, one's own first; who administers makes them. */
export function TeamsPage() {
  const t = useWords(w);
  const me = useMe();
  const can = useCan();
  const navigate = useNavigate();
  const [making, setMaking] = useState(false);
  const teams = useQuery(teamsQuery);
  const mine = useMemo(() => new Map((me?.teams ?? []).map((m) => [m.team, m.owner])), [me]);
  const rows = useMemo(() => [...(teams.data?.items ?? [])].sort((a, b) => Number(mine.has(b.id)) - Number(mine.has(a.id)) || a.name.localeCompare(b.name)), [teams.data, mine]);
  const columns = useMemo<TableColumn<Team>[]>(
    () => [
      {
        key: "name",
        title: t("column.team"),
        min: 200,
        render: (x) => (
          <span className={css.two}>
            <Glyph name="team" />
            <strong className={css.strong}>{x.name}</strong>
            {mine.has(x.id) ? <small>{t(mine.get(x.id) ? "teams.youOwn" : "teams.youAre")}</small> : null}
          </span>
        ),
        sort: (a, b) => a.name.localeCompare(b.name),
      },
      { key: "description", title: t("column.description"), min: 280, render: (x) => <span className={css.cut}>{x.description}</span> },
      { key: "made", title: t("column.made"), width: 130, render: (x) => <Age at={x.made_at} phrase />, sort: (a, b) => a.made_at.localeCompare(b.made_at) },
    ],
    [t, mine],
  );
  return (
    <Frame
      part="teams"
      actions={
        can("administer") ? (
          <Button type="primary" icon={<Glyph name="plus" />} onClick={() => setMaking(true)}>
            {t("teams.new")}
          </Button>
        ) : null
      }
    >
      {teams.error ? <Failure problem={teams.error} retry={() => void teams.refetch()} /> : null}
      {teams.isPending ? <Loading rows={6} /> : null}
      {teams.data ? (
        <DataTable
          rows={rows}
          columns={columns}
          rowKey={(x) => x.id}
          label={t("tab.teams")}
          onOpen={(x) => void navigate(`/access/teams/${x.id}`)}
          empty={t("teams.none")}
          foot={
            <span>
              <Num value={rows.length} /> {t("teams.count", { count: rows.length })}
            </span>
          }
        />
      ) : null}
      {making ? <NewTeam onClose={() => setMaking(false)} /> : null}
    </Frame>
  );
}

function NewTeam({ onClose }: { onClose: () => void }) {
  const t = useWords(w);
  const id = useId();
  const navigate = useNavigate();
  const changed = useChanged();
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [owner, setOwner] = useState<string>();
  const make = useMutation({
    mutationFn: () => must(api.POST("/teams", { params: { header: once() }, body: { name: name.trim(), description, ...(owner ? { owner: subjectOf(owner).id } : {}) } })),
    onSuccess: async (team) => {
      await changed("teams", "me", "audit");
      toast(t("teams.made", { name: team.name }));
      void navigate(`/access/teams/${team.id}`);
    },
  });
  return (
    <FormDrawer onClose={onClose} title={t("teams.new")} action={t("teams.make")} ready={name.trim() !== ""} busy={make.isPending} onSubmit={() => make.mutate()}>
      <Field label={t("column.name")} htmlFor={`${id}n`}>
        <Input id={`${id}n`} autoFocus maxLength={400} value={name} onChange={(e) => setName(e.target.value)} />
      </Field>
      <Field label={t("column.description")} htmlFor={`${id}d`}>
        <Input.TextArea id={`${id}d`} autoSize={{ minRows: 2, maxRows: 6 }} maxLength={4096} value={description} onChange={(e) => setDescription(e.target.value)} />
      </Field>
      <Field label={t("teams.owner")} htmlFor={`${id}o`} help={t("teams.ownerHelp")}>
        <SubjectPicker id={`${id}o`} of="people" clear label={t("teams.owner")} value={owner} onChange={setOwner} />
      </Field>
      {make.error ? <Failure problem={make.error} /> : null}
    </FormDrawer>
  );
}
