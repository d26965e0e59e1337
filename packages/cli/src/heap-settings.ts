import { setFlagsFromString } from 'node:v8';

/**
 * Lets the heap no more than double before it is cleaned, and keeps the space for young objects at the size that
 * starting up gave it. By V8's own rules both grow far beyond what a run holds, because memory is free on large
 * machines. 5,000 samples at 100 connections peak at 170 to 190 MB instead of 310 to 330, and need no more CPU.
 * (Growth by 30 % alone: 200 MB, and 10 % more CPU, as the heap is marked four times as often.)
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--heap-growing-percent=100');
  setFlagsFromString('--semi-space-growth-factor=1');
}
