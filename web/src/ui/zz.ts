import type { Schemas } from "@/infra/api";
import type { Field } from "./form";
export const f = (x: Schemas["FieldDeclaration"]): Field => x;
