import { type ProblemBody, Problem, type Schemas } from "@/infra/api";
import { url } from "@/infra/address";

export type Upload = Schemas["CatalogUpload"];

/** send brings a file to the server and tells how far it is, from 0 to 1, which fetch cannot. Aborting stops it. */
export function send(file: File, csrf: string, signal: AbortSignal, onProgress: (part: number) => void): Promise<Upload> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const at = new URL(url("api/v1/uploads"));
    at.searchParams.set("name", file.name);
    request.open("POST", at);
    request.responseType = "json";
    request.setRequestHeader("X-Csrf-Token", csrf);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = (e) => e.lengthComputable && onProgress(e.loaded / e.total);
    const failed = (detail: string) => new Problem({ status: request.status, code: `http.${request.status}`, title: request.statusText, detail });
    request.onload = () => {
      if (request.status < 300) resolve(request.response as Upload);
      else reject(request.response ? new Problem(request.response as ProblemBody) : failed(request.statusText));
    };
    request.onerror = () => reject(new Problem({ status: 0, code: "web.unreachable", title: "unreachable", detail: "The connection was lost while the file was sent." }));
    request.onabort = () => reject(new DOMException("aborted", "AbortError"));
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}
