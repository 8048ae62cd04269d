import { html, svg } from 'lit';

/** @param {unknown} strokes drawn in a square of 24 units */
const icon = (strokes) => html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${strokes}</svg>`;

export const pauseIcon = icon(svg`<path d="M9 5v14M15 5v14" />`);
export const playIcon = icon(svg`<path d="M8 5.5v13l10-6.5z" />`);
export const enlargeIcon = icon(svg`<path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5" />`);
export const removeIcon = icon(svg`<path d="M4 7h16M9 7V4h6v3M6.5 7l1 13h9l1-13M10 11v5M14 11v5" />`);
export const cameraIcon = icon(svg`<path d="M3 7.5A1.5 1.5 0 0 1 4.5 6h9A1.5 1.5 0 0 1 15 7.5v9a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 3 16.5zM15 10.5l6-3.5v10l-6-3.5z" />`);
export const stopIcon = icon(svg`<path d="M7 7h10v10H7z" />`);
export const turnIcon = icon(svg`<path d="M4 11a8 8 0 0 1 14-4l2 2M20 4v5h-5M20 13a8 8 0 0 1-14 4l-2-2M4 20v-5h5" />`);
export const codeIcon = icon(svg`<path d="m8 8-4 4 4 4M16 8l4 4-4 4M13.5 5l-3 14" />`);
export const copyIcon = icon(svg`<path d="M9 9h11v11H9zM15 9V4H4v11h5" />`);
export const plusIcon = icon(svg`<path d="M12 5v14M5 12h14" />`);
export const closeIcon = icon(svg`<path d="m6 6 12 12M18 6 6 18" />`);
export const loopIcon = icon(svg`<path d="M17 3l4 4-4 4M21 7H7a4 4 0 0 0-4 4M7 21l-4-4 4-4M3 17h14a4 4 0 0 0 4-4" />`);
export const soundIcon = icon(svg`<path d="M4 10v4M8 6v12M12 9v6M16 4v16M20 10v4" />`);

export const broadcastIcon = icon(svg`<path d="M8.5 15.5a5 5 0 0 1 0-7M15.5 8.5a5 5 0 0 1 0 7M5.6 18.4a9 9 0 0 1 0-12.8M18.4 5.6a9 9 0 0 1 0 12.8M12 12h.01" />`);

export const clusterIcon = icon(svg`<path d="M9.5 3.5h5v5h-5zM3 15.5h5v5H3zM16 15.5h5v5h-5zM12 8.5V12M5.5 15.5V12h13v3.5" />`);

export const recordIcon = icon(svg`<circle cx="12" cy="12" r="5.5" />`);
export const saveIcon = icon(svg`<path d="M12 4v11M7.5 11l4.5 4.5 4.5-4.5M5 20h14" />`);

export const logo = html`<svg class="logo" viewBox="0 0 32 32" aria-hidden="true">
  <rect width="32" height="32" rx="8" />
  <path d="M8 22 13 11l6 9 5-10" />
  <circle cx="8" cy="22" r="2.6" />
  <circle cx="13" cy="11" r="2.6" />
  <circle cx="19" cy="20" r="2.6" />
  <circle cx="24" cy="10" r="2.6" />
</svg>`;
