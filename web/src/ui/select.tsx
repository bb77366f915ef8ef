import { Select as AntSelect, type SelectProps } from "antd";
import { useWords } from "@/infra/words";
import { w } from "./words";

/** Select chooses one of several; what takes the choice back speaks the page's language. */
export function Select<Value = unknown, Option extends NonNullable<SelectProps["options"]>[number] = NonNullable<SelectProps["options"]>[number]>(props: SelectProps<Value, Option>) {
  const t = useWords(w);
  return <AntSelect<Value, Option> {...props} allowClear={props.allowClear === true ? { label: t("clear") } : props.allowClear} />;
}
