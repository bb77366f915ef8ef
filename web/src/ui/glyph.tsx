import { memo, useMemo } from "react";
import { glyphs, type GlyphName } from "./glyphs";
import css from "./glyph.module.css";

export type { GlyphName } from "./glyphs";

/** Glyph is a picture of the product's own set. It is decoration unless it has a label. */
export const Glyph = memo(function Glyph({ name, size = 16, label, className }: { name: GlyphName; size?: number; label?: string; className?: string }) {
  return (
    <svg className={className} width={size} height={size} viewBox="0 0 16 16" fill="none" stroke="currentColor" strokeWidth={1.4} strokeLinecap="round" strokeLinejoin="round" role={label ? "img" : undefined} aria-label={label} aria-hidden={label ? undefined : true}>
      {glyphs[name].map((d) => (d.startsWith(".") ? <path key={d} d={d.slice(1)} fill="currentColor" stroke="none" /> : <path key={d} d={d} />))}
    </svg>
  );
});

/**
 * SpecGlyph is a component's own icon, an SVG text of the API. It becomes a mask, so that it takes the colour around it and nothing in it can run.
 */
export const SpecGlyph = memo(function SpecGlyph({ icon, size = 16, label }: { icon: string; size?: number; label?: string }) {
  const mask = useMemo(() => `url("data:image/svg+xml,${encodeURIComponent(opaque(icon))}")`, [icon]);
  return <span className={css.spec} style={{ width: size, height: size, maskImage: mask }} role={label ? "img" : undefined} aria-label={label} aria-hidden={label ? undefined : true} />;
});

/** opaque makes an icon stand as a document of its own, drawn in one solid colour. */
function opaque(icon: string): string {
  const svg = icon.includes("xmlns=") ? icon : icon.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"');
  return svg.replaceAll("currentColor", "#000");
}

/** Kind is what a tile is the colour of. */
export type Kind = "source" | "transform" | "sink" | "view" | "relational" | "ab";

/** KindTile is the small tile before a name; icon is a component's own, where it has one. */
export const KindTile = memo(function KindTile({ kind, icon, size = 20 }: { kind: Kind; icon?: string; size?: number }) {
  const inner = Math.round(size * 0.7);
  return (
    <span className={css.tile} data-kind={kind} style={{ width: size, height: size }} aria-hidden>
      {icon ? <SpecGlyph icon={icon} size={inner} /> : <Glyph name={kind} size={inner} />}
    </span>
  );
});

/** Layer is where a table stands among ODS, CDM and ADS: bars and the word. Other layers have the word alone. */
export const Layer = memo(function Layer({ layer, word = true }: { layer: string; word?: boolean }) {
  const name = layer.toUpperCase();
  const bars = ["ODS", "CDM", "ADS"].indexOf(name) + 1;
  return (
    <span className={css.layer} data-layer={name.toLowerCase()}>
      {bars > 0 ? (
        <svg width={10} height={10} viewBox="0 0 10 10" role={word ? undefined : "img"} aria-label={word ? undefined : name} aria-hidden={word ? true : undefined}>
          {[3, 2, 1].map((n, i) => (
            <rect key={n} className={n <= bars ? css.full : css.hollow} x={0} y={i * 3.6 + 0.4} width={10} height={2} rx={0.6} />
          ))}
        </svg>
      ) : null}
      {word ? (bars > 0 ? name : layer) : null}
    </span>
  );
});
