import { Star } from "lucide-react";

import { messageOf } from "@/api/errors";
import { IconButton } from "@/components/button";
import { sayError } from "@/components/toasts";

interface StarButtonProps {
  readonly name: string;
  readonly isOn: boolean;
  readonly onToggle: () => Promise<unknown>;
}

/** A star to find something again, for everybody. */
export function StarButton({ name, isOn, onToggle }: StarButtonProps) {
  const toggle = () => void onToggle().catch((error: unknown) => sayError(messageOf(error)));
  return (
    <IconButton label={isOn ? `Take the star from ${name}` : `Star ${name}`} aria-pressed={isOn} onClick={toggle}>
      <Star size={15} aria-hidden fill={isOn ? "currentColor" : "none"} />
    </IconButton>
  );
}
