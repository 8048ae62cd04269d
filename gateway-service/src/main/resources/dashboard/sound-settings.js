import { html, nothing } from 'lit';

/**
 * Settings of an analysis, as lists to choose from. They hold for everybody who looks at the stream; those that the
 * server does not tell are not shown.
 *
 * @param {object} shown
 * @param {{key: string, label: string, choices: string[]}[]} shown.settings
 * @param {Record<string, string>} shown.values by key
 * @param {(key: string, value: string) => void} shown.onChange
 */
export function soundSettingsLine({ settings, values, onChange }) {
  const told = settings.filter(({ key }) => key in values);
  return told.length === 0
    ? nothing
    : html`
        <div class="sound-settings">
          ${told.map(({ key, label, choices }) => {
            const value = choices.find((choice) => choice.toLowerCase() === values[key].toLowerCase()) ?? values[key];
            return html`
              <label title="For everybody who looks at this stream">
                ${label}
                <select data-testid="setting-${key}" .value=${value} @change=${(/** @type {any} */ event) => onChange(key, event.target.value)}>
                  ${(choices.includes(value) ? choices : [value, ...choices]).map(
                    (choice) => html`<option value=${choice} ?selected=${choice === value}>${choice}</option>`,
                  )}
                </select>
              </label>
            `;
          })}
        </div>
      `;
}
