import { LitElement } from 'lit';

/** A component whose markup lies in the page itself, so that one style sheet and one set of selectors reach it. */
export class PageElement extends LitElement {
  createRenderRoot() {
    return this;
  }
}
