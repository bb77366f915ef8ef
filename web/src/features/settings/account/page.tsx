import { Select } from "antd";
import { useId } from "react";
import { type Choice, setTheme, useThemeChoice } from "@/infra/theme";
import { useMe } from "@/infra/session";
import { type Language, setLanguage, useLanguage, useWords } from "@/infra/words";
import { zone } from "@/infra/zone";
import { Beside } from "@/ui/beside";
import { Field } from "@/ui/field";
import { Segmented } from "@/ui/menu";
import { Pairs, Section } from "@/ui/page";
import { Frame } from "../frame";
import css from "../settings.module.css";
import { w } from "../words";
import { Password } from "./password";
import { Sessions } from "./sessions";
import { Tokens } from "./tokens";

const roles = ["viewer", "analyst", "operator", "admin"] as const;

/** AccountPage is what is one's own: who one is, how the pages look, the password, sessions and tokens. */
export function AccountPage() {
  const t = useWords(w);
  const me = useMe();
  const role = roles.find((r) => r === me?.role);
  return (
    <Frame part="account">
      <Beside
        aside={
          <>
            <Section title={t("account.you")}>
              <Pairs
                items={[
                  { label: t("account.name"), value: me?.name },
                  { label: t("account.role"), value: role ? t(`role.${role}`) : me?.role },
                  { label: t("account.teams"), value: (me?.teams ?? []).map((m) => m.name).join(", ") || "–" },
                ]}
              />
            </Section>
            <Look />
            <Password />
          </>
        }
      >
        <Tokens />
        <Sessions current={me?.session} />
      </Beside>
    </Frame>
  );
}

/** Look is how this browser shows the pages; it is kept here, not in the account. */
function Look() {
  const t = useWords(w);
  const id = useId();
  const language = useLanguage();
  const theme = useThemeChoice();
  return (
    <Section title={t("look.title")}>
      <div className={css.form}>
        <Field label={t("look.language")} htmlFor={`${id}l`}>
          <Select<Language>
            id={`${id}l`}
            value={language}
            options={[
              { value: "en", label: "English" },
              { value: "zh", label: "中文" },
            ]}
            onChange={(l) => void setLanguage(l)}
          />
        </Field>
        <Field label={t("look.theme")} help={t("look.zone", { zone })}>
          <Segmented<Choice> block label={t("look.theme")} value={theme} onChange={setTheme} options={(["light", "dark", "system"] as const).map((c) => ({ value: c, label: t(`look.${c}`) }))} />
        </Field>
      </div>
    </Section>
  );
}
