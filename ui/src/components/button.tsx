import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";

import styles from "@/components/controls.module.css";

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: "plain" | "primary" | "quiet" | "danger";
  readonly ref?: Ref<HTMLButtonElement>;
}

/** A button with words. */
export function Button({ look = "plain", className = "", type = "button", ...rest }: ButtonProps) {
  return <button {...rest} type={type} data-look={look} className={`${styles.button} ${className}`} />;
}

interface IconButtonProps extends ButtonProps {
  /** What it does, for those who do not see the icon, and as its tip. */
  readonly label: string;
  readonly children: ReactNode;
}

/** A button that is an icon; its label is said and shown as a tip. */
export function IconButton({ label, look = "quiet", className = "", children, ...rest }: IconButtonProps) {
  return (
    <Button {...rest} look={look} aria-label={label} title={rest.title ?? label} className={`${styles.icon} ${className}`}>
      {children}
    </Button>
  );
}
