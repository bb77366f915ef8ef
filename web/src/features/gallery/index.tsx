export { Gallery } from "./page";
