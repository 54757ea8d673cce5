import { Check, ChevronDown, RotateCcw } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useId, useState } from 'react'
import type { ParameterView } from '../../kernel/contract/index.ts'
import { usePage, useSession } from '../state/index.ts'
import { Tip } from './Tip.tsx'

/** The parameters of the notebook, each as the input that its widget names. */
export function Parameters() {
  const parameters = usePage((state) => state.notebook!.parameters)
  if (parameters.length === 0) return null
  return (
    <section className="parameters" aria-label="Parameters">
      {parameters.map((parameter) => (
        <Parameter key={parameter.name} parameter={parameter} />
      ))}
    </section>
  )
}

interface Input {
  readonly id: string
  readonly parameter: ParameterView
  readonly set: (value: string) => void
}

function Parameter({ parameter }: { parameter: ParameterView }) {
  const session = useSession()
  const id = useId()
  const { name, label, widget, value, default: usual } = parameter
  const input: Input = { id, parameter, set: (next) => next !== value && void session.setParameter(name, next) }
  return (
    <div className="parameter">
      <label htmlFor={id} title={name}>
        {label ?? name}
      </label>
      {widget === 'dropdown' ? <Choice {...input} /> : null}
      {widget === 'multiselect' ? <ManyChoices {...input} /> : null}
      {widget === 'text' || widget === 'combobox' ? <Text key={value} {...input} /> : null}
      {value !== usual ? (
        <Tip label={`Back to ${usual === '' ? 'empty' : usual}`}>
          <button className="icon-button" aria-label={`Reset ${name}`} onClick={() => input.set(usual)}>
            <RotateCcw />
          </button>
        </Tip>
      ) : null}
    </div>
  )
}

/** Free text; a combobox offers its choices besides. The value counts when one leaves the field or presses Enter. */
function Text({ id, parameter, set }: Input) {
  const [text, setText] = useState(parameter.value)
  const list = parameter.widget === 'combobox' ? `${id}-choices` : undefined
  return (
    <>
      <input
        id={id}
        className="field mono"
        value={text}
        list={list}
        size={Math.min(Math.max(text.length, 8), 24)}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => set(text)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') set(text)
          if (event.key === 'Escape') setText(parameter.value)
        }}
      />
      {list === undefined ? null : (
        <datalist id={list}>
          {parameter.choices.map((choice) => (
            <option key={choice} value={choice} />
          ))}
        </datalist>
      )}
    </>
  )
}

function Choice({ id, parameter, set }: Input) {
  const { value, choices } = parameter
  return (
    <select id={id} className="field mono" value={value} onChange={(event) => set(event.target.value)}>
      {choices.includes(value) ? null : <option value={value}>{value}</option>}
      {choices.map((choice) => (
        <option key={choice} value={choice}>
          {choice}
        </option>
      ))}
    </select>
  )
}

/** Several choices, kept as Databricks keeps them: joined by commas. */
function ManyChoices({ id, parameter, set }: Input) {
  const { value, choices } = parameter
  const chosen = value === '' ? [] : value.split(',')
  const toggle = (choice: string) =>
    set((chosen.includes(choice) ? chosen.filter((one) => one !== choice) : [...chosen, choice]).join(','))
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger id={id} className="field mono many">
        <span>{chosen.length === 0 ? 'none' : chosen.join(', ')}</span>
        <ChevronDown />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="floating menu" align="start" sideOffset={4}>
          {choices.map((choice) => (
            <DropdownMenu.CheckboxItem
              key={choice}
              checked={chosen.includes(choice)}
              onSelect={(event) => event.preventDefault()}
              onCheckedChange={() => toggle(choice)}
            >
              <span className="check">{chosen.includes(choice) ? <Check /> : null}</span>
              {choice}
            </DropdownMenu.CheckboxItem>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
