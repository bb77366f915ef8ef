import { Button } from "antd";
import { nodeOf } from "@/core/diagnosis";
import { bytes } from "@/core/format";
import { shownOf } from "@/core/reject";
import { useWords } from "@/infra/words";
import { CodeEditor } from "@/ui/code";
import { Drawer, Pairs } from "@/ui/page";
import { Code, Time } from "@/ui/text";
import { placeIn, type Reject } from "./data";
import type { Mending } from "./mending";
import { Outcomes } from "./outcomes";
import css from "./rejects.module.css";
import { rejectWords } from "./words";

/** RejectDrawer opens one dead letter: what it is, the place that was rejected, and an editor to mend it in. */
export function RejectDrawer({ reject, mending, onClose }: { reject: Reject | undefined; mending: Mending; onClose: () => void }) {
  const t = useWords(rejectWords);
  if (!reject) return null;
  // What failed behind the decoder has no record any more: it can be replayed once somebody has written one.
  const replayable = (reject.raw !== undefined || mending.texts.has(reject.id)) && reject.replayed?.state !== "done" && !reject.hidden;
  return (
    <Drawer
      open
      onClose={onClose}
      width={640}
      title={
        <span className={css.reason}>
          {reject.path} <span className={css.code}>{reject.code}</span>
        </span>
      }
      footer={
        replayable ? (
          <div className={css.foot}>
            <Button loading={mending.trying} onClick={() => mending.try([reject.id])}>
              {t("try")}
            </Button>
            <Button type="primary" loading={mending.replaying} onClick={() => mending.replay([reject.id])}>
              {t("replay")}
            </Button>
            {mending.texts.has(reject.id) ? (
              <Button type="text" onClick={() => mending.mend(reject.id, undefined)}>
                {t("undo")}
              </Button>
            ) : null}
          </div>
        ) : undefined
      }
    >
      <div className={css.open}>
        <Pairs
          items={[
            { key: "committed", label: t("committed"), value: <Time at={reject.committed_at} form="full" /> },
            { key: "partition", label: t("partition"), value: <Code>{`${reject.partition ?? "–"} ${reject.offset}`}</Code> },
            { key: "operator", label: t("operator"), value: <Code>{nodeOf(reject.node)}</Code> },
            { key: "path", label: t("path"), value: reject.path ? <Code>{reject.path}</Code> : "–" },
            { key: "epoch", label: t("epoch"), value: reject.epoch ?? "–" },
            ...(reject.change ? [{ key: "change", label: t("change"), value: <Code>{reject.change}</Code> }] : []),
            ...(reject.size ? [{ key: "size", label: t("size"), value: bytes(reject.size) }] : []),
          ]}
        />
        <Content reject={reject} mending={mending} />
        <Outcomes mending={mending} />
      </div>
    </Drawer>
  );
}

function Content({ reject, mending }: { reject: Reject; mending: Mending }) {
  const t = useWords(rejectWords);
  if (reject.hidden) return <p className={css.context}>{t("hidden")}</p>;
  if (!reject.raw) {
    if (reject.row === undefined) return <p className={css.context}>{t("gone")}</p>;
    const text = JSON.stringify(reject.row, null, 2);
    return (
      <>
        <p className={css.context}>{t("fromRow")}</p>
        <CodeEditor
          key={reject.id}
          value={mending.texts.get(reject.id) ?? text}
          language="json"
          readOnly={reject.replayed?.state === "done"}
          framed
          label={t("mend")}
          height={280}
          diagnostics={mending.texts.has(reject.id) ? [] : marks(text, reject)}
          onChange={(next) => mending.mend(reject.id, next === text ? undefined : next)}
        />
      </>
    );
  }
  const shown = shownOf(reject.raw, reject.truncated ?? false);
  const text = mending.texts.get(reject.id) ?? shown.text;
  const fixed = !shown.exact || reject.replayed?.state === "done";
  return (
    <>
      <p className={css.label}>{fixed ? t("text") : t("mend")}</p>
      <CodeEditor
        key={reject.id}
        value={text}
        language={shown.language}
        readOnly={fixed}
        framed
        label={t("mend")}
        height={280}
        diagnostics={text === shown.text ? marks(text, reject) : []}
        onChange={(next) => mending.mend(reject.id, next === shown.text ? undefined : next)}
      />
      {reject.truncated ? <p className={css.context}>{t("truncated", { kept: bytes(shown.text.length), size: bytes(reject.size ?? 0) })}</p> : null}
      {!shown.exact && !reject.truncated ? <p className={css.context}>{t("notText")}</p> : null}
    </>
  );
}

/** marks is the place that was rejected, as the editor marks an error. */
function marks(text: string, reject: Reject) {
  const place = placeIn(reject, text);
  return place ? [{ from: place.from, to: place.to, severity: "error" as const, message: [reject.path, reject.code].filter(Boolean).join(": ") }] : [];
}
