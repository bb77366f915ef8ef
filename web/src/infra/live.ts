import { useCallback, useEffect, useMemo, useSyncExternalStore } from "react";
import { type Changed, type FeedState, type Frame, lost, nothing, pause, subscribe, take } from "@/core/live";
import { url } from "./address";

/** How the socket stands. Pages say so where numbers are live. */
export type Link = "connecting" | "open" | "closed";

interface Subscription {
  id: string;
  topic: string;
  params: unknown;
  state: FeedState;
  users: number;
  /** whole are told of every frame, items of those that touch their key. */
  whole: Set<() => void>;
  items: Map<string, Set<() => void>>;
  /** leave ends the subscription a moment after its last user, so that a page that is drawn anew keeps it. */
  leave?: ReturnType<typeof setTimeout>;
}

/** linger is how long a subscription outlives its last user, in milliseconds. */
const linger = 2000;

/**
 * LiveClient follows feeds over one socket. It reconnects by itself and goes on where it was. Two users of the same topic and parameters share one
 * subscription.
 */
export class LiveClient {
  private socket?: WebSocket;
  private subscriptions = new Map<string, Subscription>();
  private byId = new Map<string, Subscription>();
  private numbers = 0;
  private attempt = 0;
  private timer?: ReturnType<typeof setTimeout>;
  private linkListeners = new Set<() => void>();
  link: Link = "closed";

  /** follow takes part in a feed until the returned function is called. */
  follow(topic: string, params: unknown): { subscription: string; release: () => void } {
    const key = keyOf(topic, params);
    let s = this.subscriptions.get(key);
    if (!s) {
      s = { id: String(++this.numbers), topic, params, state: nothing, users: 0, whole: new Set(), items: new Map() };
      this.subscriptions.set(key, s);
      this.byId.set(s.id, s);
      this.say(subscribe(s.id, topic, params, s.state));
    }
    clearTimeout(s.leave);
    s.users++;
    this.open();
    const mine = s;
    let released = false;
    return {
      subscription: key,
      release: () => {
        if (released) return;
        released = true;
        if (--mine.users === 0) mine.leave = setTimeout(() => this.drop(key, mine), linger);
      },
    };
  }

  /** state returns what is known of a feed. */
  state(topic: string, params: unknown): FeedState {
    return this.subscriptions.get(keyOf(topic, params))?.state ?? nothing;
  }

  /** onChange calls back for each frame of a feed, or, with an item, for those that touch it. The feed must be followed. */
  onChange(topic: string, params: unknown, item: string | undefined, callback: () => void): () => void {
    const s = this.subscriptions.get(keyOf(topic, params));
    if (!s) return () => {};
    if (item === undefined) {
      s.whole.add(callback);
      return () => s.whole.delete(callback);
    }
    let set = s.items.get(item);
    if (!set) s.items.set(item, (set = new Set()));
    set.add(callback);
    return () => {
      set.delete(callback);
      if (set.size === 0) s.items.delete(item);
    };
  }

  onLink(callback: () => void): () => void {
    this.linkListeners.add(callback);
    return () => this.linkListeners.delete(callback);
  }

  /** close ends everything, as at log-out. */
  close(): void {
    clearTimeout(this.timer);
    for (const s of this.subscriptions.values()) clearTimeout(s.leave);
    this.subscriptions.clear();
    this.byId.clear();
    this.socket?.close();
    this.socket = undefined;
    this.setLink("closed");
  }

  private drop(key: string, s: Subscription): void {
    this.subscriptions.delete(key);
    this.byId.delete(s.id);
    this.say({ op: "unsubscribe", id: s.id });
    if (this.subscriptions.size === 0) {
      this.socket?.close();
      clearTimeout(this.timer);
    }
  }

  private open(): void {
    if (this.socket || this.subscriptions.size === 0) return;
    clearTimeout(this.timer);
    this.setLink("connecting");
    const at = new URL(url("api/v1/live"));
    at.protocol = at.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(at);
    this.socket = socket;
    socket.onopen = () => {
      this.attempt = 0;
      this.setLink("open");
      for (const s of this.subscriptions.values()) this.say(subscribe(s.id, s.topic, s.params, s.state));
    };
    socket.onmessage = (e: MessageEvent<string>) => this.hear(JSON.parse(e.data) as Frame);
    socket.onclose = () => {
      if (this.socket !== socket) return;
      this.socket = undefined;
      for (const s of this.subscriptions.values()) this.set(s, lost(s.state), "all");
      if (this.subscriptions.size === 0) {
        this.setLink("closed");
        return;
      }
      this.setLink("connecting");
      this.timer = setTimeout(() => this.open(), pause(this.attempt++, Math.random()));
    };
  }

  private say(message: unknown): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  private hear(f: Frame): void {
    const s = this.byId.get(f.id);
    if (!s) return;
    const [state, changed] = take(s.state, f, Date.now());
    this.set(s, state, changed);
  }

  private set(s: Subscription, state: FeedState, changed: Changed): void {
    if (s.state === state) return;
    s.state = state;
    for (const callback of s.whole) callback();
    const touched = changed === "all" ? s.items.keys() : changed;
    for (const key of touched) for (const callback of s.items.get(key) ?? []) callback();
  }

  private setLink(link: Link): void {
    if (this.link === link) return;
    this.link = link;
    for (const callback of this.linkListeners) callback();
  }
}

function keyOf(topic: string, params: unknown): string {
  return topic + "\n" + JSON.stringify(params ?? null);
}

/** live is the page's one client. */
export const live = new LiveClient();

/** useFeed follows a feed while the component is there and returns it whole. It draws anew with every frame: lists use useFeedKeys and useFeedItem. */
export function useFeed(topic: string, params?: unknown): FeedState {
  const [subscribe, get] = useStore(topic, params, undefined, (s) => s);
  return useSyncExternalStore(subscribe, get);
}

/** useFeedItem follows one item of a feed and draws anew only when that changes. */
export function useFeedItem<T>(topic: string, params: unknown, item: string): T | undefined {
  const [subscribe, get] = useStore(topic, params, item, (s) => s.items.get(item));
  return useSyncExternalStore(subscribe, get) as T | undefined;
}

/** useLink returns how the socket stands. */
export function useLink(): Link {
  return useSyncExternalStore(
    useCallback((callback: () => void) => live.onLink(callback), []),
    () => live.link,
  );
}

function useStore<T>(topic: string, params: unknown, item: string | undefined, pick: (s: FeedState) => T): [(callback: () => void) => () => void, () => T] {
  const key = JSON.stringify(params ?? null);
  // The effect keeps the feed; the store's subscription comes after it in the same commit, and follows too, as effects may run in any order.
  useEffect(() => live.follow(topic, JSON.parse(key) ?? undefined).release, [topic, key]);
  return useMemo(
    () => [
      (callback: () => void) => {
        const own = live.follow(topic, JSON.parse(key) ?? undefined);
        const stop = live.onChange(topic, JSON.parse(key) ?? undefined, item, callback);
        return () => {
          stop();
          own.release();
        };
      },
      () => pick(live.state(topic, JSON.parse(key) ?? undefined)),
    ],
    // eslint-disable-next-line react-hooks/exhaustive-deps -- pick depends on item alone
    [topic, key, item],
  );
}
