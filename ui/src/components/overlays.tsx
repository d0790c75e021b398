import { X } from "lucide-react";
import { ContextMenu as RadixContextMenu, Dialog as RadixDialog, DropdownMenu, Popover as RadixPopover, Tooltip as RadixTooltip } from "radix-ui";
import { type CSSProperties, type ReactNode, useState } from "react";

import { IconButton } from "@/components/button";
import styles from "@/components/overlays.module.css";

interface PopoverProps {
  /** The button that opens it. */
  readonly trigger: ReactNode;
  readonly label: string;
  readonly children: ReactNode;
  readonly isOpen?: boolean;
  readonly onOpenChange?: (isOpen: boolean) => void;
  readonly align?: "start" | "center" | "end";
}

/** A small panel beside the button that opened it; Esc and a click elsewhere close it. */
export function Popover({ trigger, label, children, isOpen, onOpenChange, align = "start" }: PopoverProps) {
  return (
    <RadixPopover.Root {...(isOpen === undefined ? {} : { open: isOpen })} {...(onOpenChange ? { onOpenChange } : {})}>
      <RadixPopover.Trigger asChild>{trigger}</RadixPopover.Trigger>
      <RadixPopover.Portal>
        <RadixPopover.Content aria-label={label} align={align} sideOffset={4} collisionPadding={8} className={`${styles.surface} ${styles.popover}`}>
          {children}
        </RadixPopover.Content>
      </RadixPopover.Portal>
    </RadixPopover.Root>
  );
}

/** One line of a menu; `null` draws a dividing line. */
export type MenuEntry = null | {
  readonly words: string;
  readonly icon?: ReactNode;
  readonly hint?: string;
  readonly isDangerous?: boolean;
  readonly isDisabled?: boolean;
  readonly onPick: () => void;
};

interface MenuProps {
  readonly trigger: ReactNode;
  readonly entries: readonly MenuEntry[];
  readonly heading?: string;
  readonly align?: "start" | "end";
  readonly onOpenChange?: (isOpen: boolean) => void;
}

/** A menu of actions. */
export function Menu({ trigger, entries, heading, align = "start", onOpenChange }: MenuProps) {
  return (
    <DropdownMenu.Root {...(onOpenChange ? { onOpenChange } : {})}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align={align} sideOffset={4} collisionPadding={8} className={`${styles.surface} ${styles.menu}`}>
          {heading ? <DropdownMenu.Label className={styles.heading}>{heading}</DropdownMenu.Label> : null}
          {entries.map((entry, place) =>
            entry === null ? (
              <DropdownMenu.Separator key={`line ${place}`} className={styles.line} />
            ) : (
              <DropdownMenu.Item
                key={entry.words}
                className={styles.item}
                disabled={entry.isDisabled ?? false}
                data-danger={entry.isDangerous || undefined}
                onSelect={entry.onPick}
              >
                {entry.icon}
                {entry.words}
                {entry.hint ? <span className={styles.hint}>{entry.hint}</span> : null}
              </DropdownMenu.Item>
            ),
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

interface ContextAreaProps {
  /** What can be done with what was clicked; nothing opens where there is nothing. */
  readonly entriesFor: (target: Element) => readonly MenuEntry[];
  readonly children: ReactNode;
}

/** Offers actions on what lies under the pointer: right button, or the menu key. */
export function ContextArea({ entriesFor, children }: ContextAreaProps) {
  const [entries, setEntries] = useState<readonly MenuEntry[]>([]);
  return (
    <RadixContextMenu.Root>
      <RadixContextMenu.Trigger
        asChild
        onContextMenu={(event) => {
          const found = event.target instanceof Element ? entriesFor(event.target) : [];
          setEntries(found);
          // Where there is nothing to do, the browser's own menu comes.
          if (!found.length) event.stopPropagation();
        }}
      >
        {children}
      </RadixContextMenu.Trigger>
      <RadixContextMenu.Portal>
        <RadixContextMenu.Content collisionPadding={8} className={`${styles.surface} ${styles.menu}`}>
          {entries.map((entry, place) =>
            entry === null ? (
              <RadixContextMenu.Separator key={`line ${place}`} className={styles.line} />
            ) : (
              <RadixContextMenu.Item key={entry.words} className={styles.item} disabled={entry.isDisabled ?? false} onSelect={entry.onPick}>
                {entry.words}
              </RadixContextMenu.Item>
            ),
          )}
        </RadixContextMenu.Content>
      </RadixContextMenu.Portal>
    </RadixContextMenu.Root>
  );
}

interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Such as `760px`. */
  readonly width?: string;
}

/** A dialog over the page; focus stays in it until it is closed. */
export function Dialog({ title, isOpen, onClose, children, width = "560px" }: DialogProps) {
  const style: CSSProperties & Record<"--dialog-width", string> = { "--dialog-width": width };
  return (
    <RadixDialog.Root open={isOpen} onOpenChange={(open) => (open ? undefined : onClose())}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className={styles.shade} />
        <RadixDialog.Content aria-describedby={undefined} style={style} className={`${styles.surface} ${styles.dialog}`}>
          <header>
            <RadixDialog.Title>{title}</RadixDialog.Title>
            <RadixDialog.Close asChild>
              <IconButton label="Close">
                <X size={16} aria-hidden />
              </IconButton>
            </RadixDialog.Close>
          </header>
          {children}
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  );
}

/** Words that appear when the pointer or the focus rests on `children`, which must take a ref. */
export function Tip({ words, children }: { readonly words: ReactNode; readonly children: ReactNode }) {
  return (
    <RadixTooltip.Root delayDuration={400}>
      <RadixTooltip.Trigger asChild>{children}</RadixTooltip.Trigger>
      <RadixTooltip.Portal>
        <RadixTooltip.Content sideOffset={4} collisionPadding={8} className={styles.tip}>
          {words}
        </RadixTooltip.Content>
      </RadixTooltip.Portal>
    </RadixTooltip.Root>
  );
}

/** Stands around everything that has tips. */
export const TipProvider = RadixTooltip.Provider;
