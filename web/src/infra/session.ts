import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { api, must, Problem, type Schemas, setCSRF } from "./api";
import { live } from "./live";

/** Me is who is signed in. */
export type Me = Schemas["Me"];

/** Capability is what a role may do at all. */
export type Capability = NonNullable<Me["capabilities"]>[number];

const key = ["me"];

/** useMe returns who is signed in, null where nobody is, undefined until it is known. */
export function useMe(): Me | null | undefined {
  return useQuery({
    queryKey: key,
    staleTime: 60_000,
    queryFn: async () => {
      try {
        const me = await must(api.GET("/auth/me"));
        setCSRF(me.csrf_token);
        return me;
      } catch (e) {
        if (e instanceof Problem && e.status === 401) return null;
        throw e;
      }
    },
  }).data;
}

/** useCan says whether whoever is signed in may do something at all, be it within one team. Buttons that nobody could use are not shown. */
export function useCan(): (c: Capability) => boolean {
  const me = useMe();
  return useCallback((c) => me?.capabilities?.includes(c) ?? false, [me]);
}

/**
 * forgetAll drops what the server has told somebody else. Who is signed in stays, to be set: whoever looks at it would not hear of another entry in
 * its place.
 */
function forgetAll(client: QueryClient): void {
  client.removeQueries({ predicate: (q) => q.queryKey[0] !== key[0] });
}

/** useSession signs in and out. */
export function useSession() {
  const client = useQueryClient();
  return {
    signIn: async (name: string, password: string) => {
      const me = await must(api.POST("/auth/login", { body: { name, password } }));
      setCSRF(me.csrf_token);
      forgetAll(client);
      client.setQueryData(key, me);
    },
    signOut: async () => {
      await api.POST("/auth/logout");
      live.close();
      forgetAll(client);
      client.setQueryData(key, null);
    },
    /** forget is for the server's word that the session is over. */
    forget: useCallback(() => {
      live.close();
      client.setQueryData(key, null);
    }, [client]),
  };
}
