import { api, must } from "@/infra/api";

type Post = (path: string, init: { body: unknown; signal?: AbortSignal }) => Promise<{ data?: unknown; response: Response }>;
type Get = (path: string, init: { signal?: AbortSignal }) => Promise<{ data?: unknown; response: Response }>;

/** ask posts to an operation of the compiler and returns its answer, whose form the caller states. */
export async function ask<T>(path: string, body: unknown, signal?: AbortSignal): Promise<T> {
  return (await must((api.POST as unknown as Post)(path, { body, signal }))) as T;
}

/** look gets what an operation of the compiler answers. */
export async function look<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await must((api.GET as unknown as Get)(path, { signal }))) as T;
}
