"""The sandbox that workflows run in."""

from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions


def runner() -> SandboxedWorkflowRunner:
    """The sandbox, with our own modules passed through: the linter keeps them deterministic (domain/ruff.toml)."""
    restrictions = SandboxRestrictions.default.with_passthrough_modules(
        "bihuan", "workflows", "pydantic", "annotated_types"
    )
    return SandboxedWorkflowRunner(restrictions=restrictions)
