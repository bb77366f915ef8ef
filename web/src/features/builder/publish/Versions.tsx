import { useMutation, useQuery } from "@tanstack/react-query";
import { Button, Select } from "antd";
import { useState } from "react";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { Drawer } from "@/ui/page";
import { Empty, Failure, Loading, toast } from "@/ui/states";
import { Age } from "@/ui/text";
import { useBuilder, useBuilderStore } from "../state";
import { Compared } from "./Compared";
import css from "./publish.module.css";
import { draft, readDocument, restore, versionsOf } from "./server";
import { w } from "./words";

/** VersionsButton opens the history of what was published. */
export function VersionsButton() {
  const t = useWords(w);
  const [open, setOpen] = useState(false);
  const name = useBuilder((s) => s.document.name);
  const store = useBuilderStore();
  const show = () => {
    setOpen(true);
    // The draft is compared as the server has it.
    void store.getState().save();
  };
  return (
    <>
      <Button type="text" icon={<Glyph name="history" />} onClick={show}>
        {t("versions.button")}
      </Button>
      <Drawer open={open} onClose={() => setOpen(false)} title={t("versions.title", { name })} width={760}>
        <Versions onClose={() => setOpen(false)} />
      </Drawer>
    </>
  );
}

function Versions({ onClose }: { onClose: () => void }) {
  const t = useWords(w);
  const store = useBuilderStore();
  const document = useBuilder((s) => s.document);
  const mayEdit = useBuilder((s) => s.mayEdit);
  const unsaved = useBuilder((s) => s.saving !== "saved");
  const list = useQuery(versionsOf(document.id, document.published));
  const [ends, setEnds] = useState<{ from: string; to: string }>();

  const bring = useMutation({
    mutationFn: async (number: number) => {
      await store.getState().save();
      await restore(document.id, store.getState().etag, number);
      return { number, now: await readDocument(document.id) };
    },
    onSuccess: ({ number, now }) => {
      store.getState().adopt(now.value, now.etag, t("versions.restoring", { n: number }));
      toast(t("versions.restored", { n: number }));
      onClose();
    },
  });

  if (list.error) return <Failure problem={list.error} what={t("versions.failed")} retry={() => void list.refetch()} />;
  if (!list.data) return <Loading rows={5} height={48} />;
  const versions = list.data.items;
  const newest = versions[0];
  if (!newest) return <Empty what={t("versions.none")} />;

  const from = ends?.from ?? String(newest.number);
  const to = ends?.to ?? draft;
  const before = (n: number) => versions[versions.findIndex((v) => v.number === n) + 1]?.number;
  const options = [{ value: draft, label: t("versions.draft") }, ...versions.map((v) => ({ value: String(v.number), label: `v${v.number}` }))];
  return (
    <div className={css.versions}>
      <ol className={css.list} aria-label={t("versions.button")}>
        <li>
          <button type="button" className={css.version} aria-current={to === draft} onClick={() => setEnds({ from: String(newest.number), to: draft })}>
            <span className={css.number}>{t("versions.draft")}</span>
            <span className={css.message}>{t("versions.draftBy", { who: document.updated_by })}</span>
            <span className={css.when}>{unsaved ? t("versions.unsaved") : <Age at={document.updated_at} phrase />}</span>
          </button>
        </li>
        {versions.map((v) => (
          <li key={v.id}>
            <button type="button" className={css.version} aria-current={to === String(v.number)} onClick={() => setEnds({ from: String(before(v.number) ?? v.number), to: String(v.number) })}>
              <span className={css.number}>
                v{v.number}
                {v === newest ? <small>{t("versions.current")}</small> : null}
              </span>
              <span className={v.message ? css.message : css.quiet}>{v.message || t("versions.noNote")}</span>
              <span className={css.when}>
                {t("versions.by", { who: v.author_name })}, <Age at={v.at} phrase />
              </span>
            </button>
          </li>
        ))}
        {list.data.more ? <li className={css.quiet}>{t("versions.more")}</li> : null}
      </ol>
      <div className={css.compared}>
        <div className={css.ends}>
          <label>
            {t("versions.from")} <Select size="small" value={from} options={options} onChange={(v) => setEnds({ from: v, to })} popupMatchSelectWidth={false} />
          </label>
          <label>
            {t("versions.to")} <Select size="small" value={to} options={options} onChange={(v) => setEnds({ from, to: v })} popupMatchSelectWidth={false} />
          </label>
          {mayEdit && to !== draft ? (
            <Button size="small" loading={bring.isPending} onClick={() => bring.mutate(Number(to))}>
              {t("versions.restore", { n: to })}
            </Button>
          ) : null}
        </div>
        {bring.error ? <Failure problem={bring.error} /> : null}
        {from === to ? (
          <Empty what={Number(to) === versions.at(-1)?.number ? t("diff.first") : t("diff.same")} />
        ) : (
          <Compared
            from={from}
            to={to}
            onNode={(id) => {
              store.getState().goTo(id);
              onClose();
            }}
          />
        )}
      </div>
    </div>
  );
}
