import { words } from "@/infra/words";

/** The gallery is for those who build: it has few words. */
export const w = words("gallery", { title: "Parts" }, { title: "部件" });
