import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useWords } from "@/infra/words";
import { Glyph } from "@/ui/glyph";
import { Failure } from "@/ui/states";
import { useSettled } from "../expression/probe";
import css from "./extract.module.css";
import { compiled } from "./server";
import { w } from "./words";

/** pause is how long nobody types before a text is compiled, in milliseconds. */
const pause = 400;

/** Compiles says whether the model that would be made compiles, before anything is made. */
export function Compiles({ text, onSound }: { text: string; onSound: (sound: boolean) => void }) {
  const t = useWords(w);
  const asked = useSettled(text, pause);
  const { data, error, refetch } = useQuery(compiled(asked));
  const errors = asked === text ? data : undefined;
  const sound = errors?.length === 0;
  useEffect(() => onSound(sound), [sound, onSound]);
  if (error) return <Failure problem={error} retry={() => void refetch()} />;
  const told = errors === undefined ? t("checking") : sound ? t("checked") : t("broken");
  return (
    <div className={css.checked} data-ok={errors === undefined ? undefined : sound} role="status">
      <Glyph name={errors === undefined ? "clock" : sound ? "check" : "error"} size={14} />
      <div>
        {told}
        {errors && errors.length > 0 ? (
          <ul className={css.findings}>
            {errors.map((d, i) => (
              <li key={i}>{d.message}</li>
            ))}
          </ul>
        ) : null}
      </div>
    </div>
  );
}
