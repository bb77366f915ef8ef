import { useMutation, useQuery } from "@tanstack/react-query";
import { Input } from "antd";
import { useId, useMemo, useState } from "react";
import { Link, useNavigate, useParams } from "react-router";
import { api, type Etagged, must, type Schemas, withETag } from "@/infra/api";
import { useCan, useMe } from "@/infra/session";
import { useWords } from "@/infra/words";
import { Field } from "@/ui/field";
import { Glyph } from "@/ui/glyph";
import { IconButton, Menu } from "@/ui/menu";
import { Confirm, FormDrawer } from "@/ui/page";
import { Failure, Loading, toast } from "@/ui/states";
import { DataTable, type TableColumn } from "@/ui/table";
import { Num } from "@/ui/text";
import { type Team, useChanged } from "../data";
import { Inner } from "../frame";
import { SubjectPicker } from "../pickers";
import { subjectOf } from "../rules";
import css from "../shared.module.css";
import { w } from "../words";

type Member = Schemas["AuthMember"];

/** TeamPage is a team with its members; its owners and administrators change them. */
export function TeamPage() {
  const t = useWords(w);
  const me = useMe();
  const can = useCan();
  const navigate = useNavigate();
  const changed = useChanged();
  const { team: id = "" } = useParams();
  const [drawer, setDrawer] = useState<"edit" | "remove">();
  const [leaving, setLeaving] = useState<Member>();
  const team = useQuery({ queryKey: ["teams", id], retry: false, queryFn: () => withETag(api.GET("/teams/{team}", { params: { path: { team: id } } })) });
  const members = useQuery({
    queryKey: ["teams", id, "members"],
    retry: false,
    queryFn: async () => (await must(api.GET("/teams/{team}/members", { params: { path: { team: id } } }))).items ?? [],
  });
  const may = can("administer") || (can("edit") && (me?.teams ?? []).some((m) => m.team === id && m.owner));
  const again = () => changed("teams", "me", "audit", "policies");
  const set = useMutation({
    mutationFn: (m: { user: string; owner: boolean }) => api.PUT("/teams/{team}/members/{user}", { params: { path: { team: id, user: m.user } }, body: { owner: m.owner } }),
    onSuccess: again,
  });
  const columns = useMemo<TableColumn<Member>[]>(
    () => [
      {
        key: "name",
        title: t("column.member"),
        min: 220,
        render: (m) => (
          <span className={css.two}>
            <Glyph name="person" />
            {can("administer") ? <Link to={`/access/people/${m.account}`}>{m.display_name || m.name}</Link> : <span className={css.strong}>{m.display_name || m.name}</span>}
            <small>{m.display_name ? m.name : ""}</small>
          </span>
        ),
        sort: (a, b) => (a.display_name || a.name).localeCompare(b.display_name || b.name),
      },
      { key: "owner", title: t("column.part"), width: 160, render: (m) => (m.owner ? t("teams.isOwner") : <span className={css.quiet}>{t("teams.isMember")}</span>), sort: (a, b) => Number(b.owner) - Number(a.owner) },
      { key: "managed", title: t("column.from"), min: 200, render: (m) => <span className={css.quiet}>{m.managed ? t("teams.managed") : ""}</span> },
    ],
    [t, can],
  );
  if (!team.data) {
    return (
      <Inner part="teams" glyph="team" name="">
        {team.error ? <Failure problem={team.error} what={t("teams.inside")} /> : <Loading rows={5} />}
      </Inner>
    );
  }
  const { value, etag } = team.data;
  return (
    <Inner
      part="teams"
      glyph="team"
      name={value.name}
      aside={value.description}
      actions={
        <>
          <Link to={`/access?subject=team:${id}`}>{t("teams.grants")}</Link>
          {can("administer") ? (
            <Menu
              label={t("teams.more")}
              items={[
                { key: "edit", label: t("teams.edit"), glyph: "edit", onClick: () => setDrawer("edit") },
                { key: "remove", label: t("teams.remove"), glyph: "trash", danger: true, onClick: () => setDrawer("remove") },
              ]}
            />
          ) : null}
        </>
      }
    >
      {may ? (
        <div className={css.bar}>
          <SubjectPicker
            of="people"
            className={css.find}
            label={t("teams.add")}
            placeholder={t("teams.add")}
            value={undefined}
            onChange={(v) => {
              const user = v ? subjectOf(v).id : "";
              if (user && !members.data?.some((m) => m.account === user)) set.mutate({ user, owner: false });
            }}
          />
          <span className={css.quiet}>{t("teams.addHelp")}</span>
        </div>
      ) : null}
      {set.error ? <Failure problem={set.error} /> : null}
      {members.error ? <Failure problem={members.error} retry={() => void members.refetch()} /> : null}
      {members.isPending ? <Loading rows={4} /> : null}
      {members.data ? (
        <DataTable
          rows={members.data}
          columns={columns}
          rowKey={(m) => m.account}
          label={t("column.member")}
          rowActions={
            may
              ? (m) =>
                  m.managed ? null : (
                    <>
                      <IconButton small glyph={m.owner ? "arrowDown" : "arrowUp"} label={t(m.owner ? "teams.noOwner" : "teams.asOwner")} onClick={() => set.mutate({ user: m.account, owner: !m.owner })} />
                      <IconButton small danger glyph="close" label={t("teams.leave", { name: m.display_name || m.name })} onClick={() => setLeaving(m)} />
                    </>
                  )
              : undefined
          }
          empty={t("teams.noMembers")}
          foot={
            <span>
              <Num value={members.data.length} /> {t("teams.members", { count: members.data.length })}
            </span>
          }
        />
      ) : null}
      {drawer === "edit" ? <EditTeam team={team.data} onClose={() => setDrawer(undefined)} onDone={again} /> : null}
      <Confirm
        open={drawer === "remove"}
        onClose={() => setDrawer(undefined)}
        title={t("teams.removeTitle", { name: value.name })}
        action={t("teams.remove")}
        type={value.name}
        onConfirm={async () => {
          await api.DELETE("/teams/{team}", { params: { path: { team: id }, header: { "If-Match": etag } } });
          await again();
          toast(t("teams.removed", { name: value.name }));
          void navigate("/access/teams");
        }}
      >
        <p>{t("teams.removeText")}</p>
      </Confirm>
      <Confirm
        open={leaving !== undefined}
        onClose={() => setLeaving(undefined)}
        title={t("teams.leaveTitle", { name: leaving?.display_name || leaving?.name || "" })}
        action={t("teams.leaveDo")}
        onConfirm={async () => {
          if (!leaving) return;
          await api.DELETE("/teams/{team}/members/{user}", { params: { path: { team: id, user: leaving.account } } });
          await again();
        }}
      >
        <p>{t("teams.leaveText", { team: value.name })}</p>
      </Confirm>
    </Inner>
  );
}

function EditTeam({ team, onClose, onDone }: { team: Etagged<Team>; onClose: () => void; onDone: () => Promise<void> }) {
  const t = useWords(w);
  const id = useId();
  const [name, setName] = useState(team.value.name);
  const [description, setDescription] = useState(team.value.description);
  const save = useMutation({
    mutationFn: () => must(api.PUT("/teams/{team}", { params: { path: { team: team.value.id }, header: { "If-Match": team.etag } }, body: { name: name.trim(), description } })),
    onSuccess: async () => {
      await onDone();
      onClose();
    },
  });
  return (
    <FormDrawer onClose={onClose} title={t("teams.edit")} action={t("save")} ready={name.trim() !== ""} busy={save.isPending} onSubmit={() => save.mutate()}>
      <Field label={t("column.name")} htmlFor={`${id}n`}>
        <Input id={`${id}n`} maxLength={400} value={name} onChange={(e) => setName(e.target.value)} />
      </Field>
      <Field label={t("column.description")} htmlFor={`${id}d`}>
        <Input.TextArea id={`${id}d`} autoSize={{ minRows: 2, maxRows: 6 }} maxLength={4096} value={description} onChange={(e) => setDescription(e.target.value)} />
      </Field>
      {save.error ? <Failure problem={save.error} /> : null}
    </FormDrawer>
  );
}
