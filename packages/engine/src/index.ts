/**
 * The laboratory: eval.yaml in, log out. Owns datasets, models, solvers, scorers, runs and logs, and the fake endpoint
 * that ships with them. Promises that a finished sample is in the log before the next one takes its place, and that a
 * log holds all that a retry needs. Never reads the environment, never talks to a hub itself: both are handed in.
 */
export type { DatasetFiles, FileEntry, HubFiles } from './dataset/dataset-files.ts';
export { openRecords, type RecordSource } from './dataset/record-source.ts';
export * from './doors/logs.ts';
export * from './doors/runs.ts';
export * from './doors/tasks.ts';
export { type EngineCode, EngineError } from './engine-error.ts';
export { type MockEndpoint, type MockOptions, startMockEndpoint } from './mock/mock-endpoint.ts';
export type { Personality } from './mock/personality.ts';
export { createModel } from './model/create-model.ts';
export { CallFailure, type Model, type RetryNotice } from './model/model.ts';
export { SemanticsError } from './semantics/error.ts';
export { assayTemplates, type TemplateSet } from './semantics/prompts.ts';
export { findInspectPackage, readInspectTemplates } from './templates/inspect-templates.ts';
