"""A local executor whose tasks find the engine loaded."""

from __future__ import annotations

from importlib import import_module

from airflow.executors.local_executor import LocalExecutor

# All that a task of a stream imports, also what its libraries import on first use. None of it opens a connection or draws a value.
ENGINE = (
    "springhead_airflow.factory",
    "springhead.publish.publish",
    "springhead.faker_methods.catalogue",
    "springhead.faker_methods.distinct",
    "springhead.faker_methods.from_name",
    "springhead.faker_methods.parts",
    "springhead.kafka.native",  # where the batch is sent
    "springhead.columns.curves",
    "springhead.columns.formatted",
    "springhead.columns.quantiles",
    "springhead.columns.text_program",
    "springhead.columns.time_text",
    "croniter",  # by springhead.quantities, for a schedule
    "tzdata",  # the same, for its time zone
    "yaml",  # by springhead.spec
    "faker",  # for methods that are vectors, and for those whose grammar is not kept yet
    "faker.providers.internet.en_US",  # the domains of e-mails that are made of names
    "springhead_airflow.prepared",  # the last: what is not imported but made
)  # polars is not among them: its threads do not survive a fork


class PreloadedLocalExecutor(LocalExecutor):
    """Airflow's LocalExecutor with the engine imported once: the tasks' processes are forked from it, and have half a second less to import.

    It is the plain LocalExecutor where processes are not forked (macOS). What is edited in plugins and include/springhead counts after the
    scheduler has started anew; streams and own providers are read by each task.
    """

    def start(self) -> None:
        """Imports the engine, then starts the workers."""
        if self.is_mp_using_fork:
            for module in ENGINE:
                import_module(module)
        super().start()
