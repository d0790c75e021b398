import { useLayoutEffect, useRef, useState } from "react";

/** Return a ref and the size in CSS pixels of the element that has it; zero until it is known. */
export function useSize<Of extends HTMLElement>() {
  const ref = useRef<Of>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return undefined;
    const measure = () => setSize((known) => {
      const { clientWidth: width, clientHeight: height } = element;
      return known.width === width && known.height === height ? known : { width, height };
    });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, size] as const;
}
