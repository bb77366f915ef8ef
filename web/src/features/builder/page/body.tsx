import { useReactFlow } from "@xyflow/react";
import { useSearchParams } from "react-router";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useWords } from "@/infra/words";
import { Page, Split } from "@/ui/page";
import { toast } from "@/ui/states";
import { Canvas } from "../canvas/canvas";
import { type Commands, commandsOf } from "../canvas/commands";
import { type Asking, CanvasContext, type CanvasTools, GrammarContext } from "../canvas/context";
import { KeyHelp } from "../canvas/key-help";
import { NodeMenu } from "../canvas/node-menu";
import { CommandsContext } from "../canvas/use-commands";
import { InspectorOf, type Writing, WritingContext } from "../drawn";
import { FindInExpressions } from "../expression";
import { ExtractDrawer } from "../extract";
import { FollowPipeline } from "../flow/follow";
import { Numbers, NumbersContext } from "../flow/numbers";
import { Left } from "../left/left";
import { ConflictDialog } from "../publish";
import { SamplePanel } from "../sample";
import { selected, useBuilder, useBuilderStore } from "../state";
import { TextTab } from "../text";
import { w } from "../words";
import css from "./body.module.css";
import { grammarFor } from "./grammars";
import inspector from "./inspector.module.css";
import { TopLine } from "./top-line";

/** useBeginning puts the table into the model that the address asks for: ?table, from a table's page. */
function useBeginning(commands: Commands, ready: boolean): void {
  const [search, setSearch] = useSearchParams();
  const table = search.get("table");
  const begun = useRef<string>(undefined);
  useEffect(() => {
    if (!ready || table === null || begun.current === table) return;
    begun.current = table;
    commands.add({ type: "table", table }, {});
    setSearch((old) => new URLSearchParams([...old].filter(([key]) => key !== "table")), { replace: true });
  }, [commands, ready, table, setSearch]);
}

/** Body is the builder around an open document: left what can be added, the canvas or the text, right the inspector, below the rows. */
export function Body() {
  const store = useBuilderStore();
  const flow = useReactFlow();
  const specs = useBuilder((s) => s.specs);
  const kind = useBuilder((s) => (s.format === "sql" ? "sql" : s.model.kind || s.document.kind));
  const tab = useBuilder((s) => s.tab);
  const panel = useBuilder((s) => s.panel);
  const mayEdit = useBuilder((s) => s.mayEdit && s.format === "yaml" && !s.modelStale);
  const live = useBuilder((s) => s.live);
  const grammar = useMemo(() => grammarFor(kind, specs), [kind, specs]);
  const commands = useMemo(() => commandsOf(store, grammar, flow), [store, grammar, flow]);
  const numbers = useRef(new Numbers()).current;
  const [adding, setAdding] = useState<Asking["adding"]>();
  const [connecting, setConnecting] = useState<string>();
  const [writing, write] = useState<Writing>();
  const writer = useMemo(() => ({ writing, write }), [writing]);
  const [extracting, setExtracting] = useState(false);
  const [help, setHelp] = useState(false);
  const asking = useMemo<Asking>(() => ({ adding, setAdding, connecting, setConnecting }), [adding, connecting]);
  const tools = useMemo<CanvasTools>(() => ({ mayEdit, quickAdd: (spot, screen) => setAdding({ spot, screen }), connectFrom: setConnecting, extract: () => setExtracting(true), selectEdge: (edge) => store.getState().select(selected([], [edge])) }), [mayEdit, store]);
  const onHelp = useCallback(() => setHelp(true), []);
  const [finding, setFinding] = useState(false);
  const onFind = useCallback(() => setFinding(true), []);
  useDoneToast();
  useBeginning(commands, mayEdit && tab === "canvas");

  const centre =
    tab === "canvas" ? (
      <Split name="builder.bottom" side="bottom" size={240} min={100} max={620} panel={panel === "" ? null : <SamplePanel />}>
        <div className={css.stack}>
          <div className={css.canvas}>
            <Canvas commands={commands} asking={asking} onHelp={onHelp} onFind={onFind} />
          </div>
          {panel === "" ? <SamplePanel /> : null}
        </div>
      </Split>
    ) : (
      <TextTab key={tab} form={tab} />
    );
  return (
    <GrammarContext value={grammar}>
      <CommandsContext value={commands}>
        <CanvasContext value={tools}>
          <NumbersContext value={numbers}>
            <WritingContext value={writer}>
            <Page>
              <TopLine />
              <div className={css.body}>
                <Split name="builder.left" side="left" size={236} min={180} max={420} panel={tab === "canvas" ? <Left commands={commands} /> : null}>
                  <Split
                    name="builder.right"
                    side="right"
                    size={312}
                    min={264}
                    max={560}
                    panel={
                      tab === "canvas" ? (
                        <aside className={inspector.inspector} aria-label={kind}>
                          <InspectorOf grammar={grammar.Inspector} />
                        </aside>
                      ) : null
                    }
                  >
                    {centre}
                  </Split>
                </Split>
              </div>
              {tab === "canvas" ? <NodeMenu /> : null}
              {extracting ? <ExtractDrawer onClose={() => setExtracting(false)} /> : null}
              <KeyHelp open={help} onClose={() => setHelp(false)} />
              <FindInExpressions open={finding} onClose={() => setFinding(false)} />
              <ConflictDialog />
              {live === undefined ? null : <FollowPipeline pipeline={live} numbers={numbers} />}
            </Page>
            </WritingContext>
          </NumbersContext>
        </CanvasContext>
      </CommandsContext>
    </GrammarContext>
  );
}

/** useDoneToast tells what an undo or redo has taken back: it may be out of sight. */
function useDoneToast(): void {
  const t = useWords(w);
  const done = useBuilder((s) => s.done);
  useEffect(() => {
    if (done?.label) toast(done.what === "undo" ? t("canvas.undone", { label: done.label }) : t("canvas.redone", { label: done.label }));
  }, [done, t]);
}
