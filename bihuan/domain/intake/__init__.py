"""Intake (收集 · 梳理): from receipt to triage, before a unit has the issue."""
