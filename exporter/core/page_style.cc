// SPDX-License-Identifier: Apache-2.0
// How the page looks, in light and dark. Green is good, blue is information, amber is worth a look; words say it, too.
// Text has variants of these colours that reach 4.5:1 on what they stand on.
#include "core/page_parts.h"

namespace taara {
namespace {

constexpr Markup kStyle{R"(
:root{--page:#f3f5f7;--card:#fff;--ink:#18212b;--soft:#4c5763;--track:#e3e7ec;--rim:#d3dae1;--link:#0059b8;
--good:#28a745;--good-ink:#17692b;--good-page:#e9f7ec;--info:#007bff;--info-ink:#0059b8;--info-page:#e8f2ff;
--look:#ffc107;--look-ink:#7a5400;--look-page:#fff6dc;--before:#a9cdf7}
@media (prefers-color-scheme:dark){:root{--page:#10151b;--card:#1a2129;--ink:#eef2f6;--soft:#aeb9c4;--track:#313b46;
--rim:#2c3641;--link:#7cbcff;--good-ink:#6fdc8a;--good-page:#12291a;--info-ink:#7cbcff;--info-page:#11253c;
--look-ink:#ffd257;--look-page:#302608;--before:#35597f}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:1rem/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main,footer{max-width:66rem;margin:0 auto;padding:1rem}
h1{margin:.2rem 0 .8rem;font-size:1.35rem;overflow-wrap:anywhere}
h2{margin:0 0 .3rem;font-size:1rem;font-weight:600;color:var(--soft)}
p{margin:.35rem 0;overflow-wrap:anywhere}
a{color:var(--link)}
a:focus-visible{outline:3px solid var(--info);outline-offset:2px;border-radius:3px}
.cards{display:grid;gap:.8rem;grid-template-columns:repeat(auto-fit,minmax(min(19rem,100%),1fr));margin:0;padding:0;list-style:none}
.card{background:var(--card);border:1px solid var(--rim);border-radius:.9rem;padding:1rem;min-width:0}
.hero,.notice{grid-column:1/-1}
.good{background:var(--good-page);border-color:var(--good)}
.info,.notice{background:var(--info-page);border-color:var(--info)}
.look{background:var(--look-page);border-color:var(--look)}
.huge{margin:0;font-size:3.2rem;line-height:1.1;font-weight:700}
.info .huge{font-size:2.2rem}
.good .huge,.good .chip{color:var(--good-ink)}
.info .huge,.info .chip{color:var(--info-ink)}
.look .huge,.look .chip{color:var(--look-ink)}
.chip{font-weight:600}
.chip span{display:inline-block;min-width:1.5em;padding:0 .3em;border:2px solid;border-radius:1em;text-align:center;line-height:1.3}
.large{font-size:1.3rem;font-weight:600;line-height:1.25}
.small{font-size:.875rem;color:var(--soft)}
.row{border-left-width:.45rem}
.row a{font-size:1.2rem;font-weight:600;overflow-wrap:anywhere}
.ring{display:block;width:11rem;max-width:70%;margin:.2rem auto .5rem}
.wide{display:block;width:100%;height:auto;margin:.5rem 0}
svg text{fill:var(--ink);font-size:12.5px}
.ring .big{font-size:17.5px;font-weight:700}
.ring .mid{font-size:13.5px;font-weight:600}
circle{fill:none;stroke-width:10}
rect.track{fill:var(--track)}
circle.track{stroke:var(--track)}
.edge-good,.edge-look{stroke-width:12.5}
.edge-good{stroke:var(--good-ink)}
.arc-good{stroke:var(--good)}
.edge-look{stroke:var(--look-ink)}
.arc-look{stroke:var(--look)}
rect.used{fill:var(--info)}
rect.before,rect.band{fill:var(--before);stroke:var(--info-ink);stroke-width:1}
rect.middle,rect.cap{fill:var(--ink)}
dl{margin:0}
dl div{display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 1rem;padding:.35rem 0;border-bottom:1px solid var(--rim)}
dl div:last-child{border:0}
dt{color:var(--soft)}
dd{margin:0;font-weight:600;overflow-wrap:anywhere;min-width:0}
footer ul{display:flex;flex-wrap:wrap;gap:.4rem 1.2rem;margin:0;padding:0;list-style:none}
footer li a{display:inline-block;padding:.2rem 0}
)"};

constexpr Markup kIcon{
    R"(<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Ccircle cx='16' cy='16' r='12' fill='none' stroke='%2328a745' stroke-width='6'/%3E%3C/svg%3E">
)"};

}  // namespace

Markup page_style() { return kStyle; }

Markup page_icon() { return kIcon; }

// The hash of the style; a test tells the right one after a change.
std::string_view page_policy() {
  return "style-src 'sha256-USRSWXeHcOuZ6QL04Lx7ggXYxu59gn3jXovIhzNOQiA='; img-src data:";
}

}  // namespace taara
