"""The whole API in one object: `PictifyExperiments` and `AsyncPictifyExperiments`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from typing import Any, Literal, Unpack, overload

from . import models
from .api import experiments
from .client import AsyncClient, Client, Timeout
from .events import Tracking
from .paging import Walk
from .types import UNSET, Response, Unset, request_body


class PictifyExperiments(Client):
    """The operations of the API as methods, for any number of threads.

    For example:
        with PictifyExperiments() as pictify:
            for experiment in pictify.iterate_experiments(status="running"):
                print(experiment.name)
    """

    @property
    def with_raw_response(self) -> RawResponses:
        """The same operations, returning status and headers too."""
        return RawResponses(self)

    def list_experiments(
        self,
        *,
        type: models.ExperimentType | Literal["ab_test", "smart_link", "scheduled"] | Unset = UNSET,
        status: models.ExperimentStatusFilter
        | Literal["draft", "running", "paused", "completed"]
        | Unset = UNSET,
        page: int | Unset = UNSET,
        limit: int | Unset = UNSET,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> models.ExperimentList:
        """List experiments.

        Returns the experiments of your team page by page, optionally of one type or status.
        `total` counts all matches of the filters, not only this page.

        Args:
            type: Only experiments of this type.
            status: Only experiments in this status. `archived` cannot be chosen.
            page: The page, counted from 1. The server's default is 1.
            limit: Experiments per page, 1 to 100. The server's default is 20.
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Returns:
            One page of experiments.

        Raises:
            ValidationError: A query parameter is out of its range.
            AuthenticationError: The API key is missing or invalid.
            RateLimitError: Too many requests. Wait as long as `Retry-After` says.
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/list
        """
        return experiments.list_experiments.sync(
            type=type,
            status=status,
            page=page,
            limit=limit,
            client=self,
            timeout=timeout,
            headers=headers,
        )

    def iterate_experiments(
        self,
        *,
        type: models.ExperimentType | Literal["ab_test", "smart_link", "scheduled"] | Unset = UNSET,
        status: models.ExperimentStatusFilter
        | Literal["draft", "running", "paused", "completed"]
        | Unset = UNSET,
        page_size: int = 100,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Iterator[models.Experiment]:
        """Yield all that `list_experiments` has, page after page.

        Each row comes once, even if others are added or deleted meanwhile. Rows that are added to
        the first page after it was read are left out.

        Args:
            type: Only experiments of this type.
            status: Only experiments in this status. `archived` cannot be chosen.
            page_size: Rows to read at once, 1 to 100.
            timeout: Seconds for each step of a call, in place of the client's.
            headers: Sent with every call, in place of the client's of the same name.

        Raises:
            PictifyError: A page cannot be read; see `list_experiments`.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/list
        """
        walk: Walk[models.Experiment] = Walk(lambda row: row.uid)
        while walk.page is not None:
            answer = self.list_experiments(
                type=type,
                status=status,
                page=walk.page,
                limit=page_size,
                timeout=timeout,
                headers=headers,
            )
            yield from walk.take(answer.experiments, answer.total)

    def find_experiment(
        self,
        *,
        slug: str,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> models.Experiment | None:
        """Return your team's experiment with this slug, or None.

        It reads the list page by page, since the API has no such query.

        Args:
            slug: The slug of the experiment.
            timeout: Seconds for each step of a call, in place of the client's.
            headers: Sent with every call, in place of the client's of the same name.

        Returns:
            The experiment, or None if the team has none with this slug.

        Raises:
            PictifyError: A page cannot be read; see `list_experiments`.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/list
        """
        for experiment in self.iterate_experiments(timeout=timeout, headers=headers):
            if experiment.slug == slug:
                return experiment
        return None

    @overload
    def create_experiment(
        self,
        body: models.CreateExperimentRequest,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> models.Experiment: ...

    @overload
    def create_experiment(
        self,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
        **fields: Unpack[models.CreateExperimentDict],
    ) -> models.Experiment: ...

    def create_experiment(
        self,
        body: models.CreateExperimentRequest | Unset = UNSET,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
        **fields: Any,
    ) -> models.Experiment:
        """Create experiment.

        Creates an experiment in status `draft`. It needs a name, a type, a slug and at least
        two variants whose weights add up to exactly 10,000. The plan limits the experiments of
        each type and the variants: see `get_experiment_quota`.

        Args:
            body: The experiment to create, in place of the arguments that follow.
            name: A name for people, up to 255 characters.
            type: The type of an experiment. It decides which variant a viewer gets.
            slug: Identifies the experiment in public URLs. Of the form
                `^[a-z0-9][a-z0-9-]{1,58}[a-z0-9]$`.
            variants: At least two. The plan sets the maximum. Weights add up to 10,000.
            template_uid: Template of the variants. Optional if each has its own.
            goal_config: The goal that the experiment measures.
            bandit_config: Auto-optimisation, for A/B tests.
            hypothesis: What you expect and why, up to 500 characters.
            minimum_sample_size: Impressions to wait for before you decide. The server's default is
                1000.
            confidence_threshold: Probability at which a result counts as certain. The server's
                default is 0.95.
            minimum_run_days: Days to wait before you decide. The server's default is 7.
            output_config: Format and quality of the image.
            fallback_image_url: Shown once the experiment is over.
            fallback_template_uid: Template of the fallback. Accepted, but never returned.
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Returns:
            The new draft.

        Raises:
            ValidationError: The body breaks the schema or one of the rules. Nothing was created.
            AuthenticationError: The API key is missing or invalid.
            SlugInUseError: Another active experiment has this slug. Nothing was changed.
            PayloadTooLargeError: The body is larger than 1 MiB.
            UnsupportedMediaTypeError: The operation does not list the media type of the body.
            QuotaExceededError: The plan has no slot left for this type, or too many requests were
                sent. Nothing was created.
            RateLimitError: The plan has no slot left for this type, or too many requests were sent.
                Nothing was created.
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/create
        """
        return experiments.create_experiment.sync(
            request_body("create_experiment", models.CreateExperimentRequest, body, fields),
            client=self,
            timeout=timeout,
            headers=headers,
        )

    def get_experiment(
        self,
        uid: str | models.Experiment,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> models.Experiment:
        """Get experiment.

        Returns one experiment with the counters of its variants, or 404 if your team has none
        with that uid.

        Args:
            uid: The experiment's uid, as create returned it. The experiment itself will do.
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Returns:
            The experiment.

        Raises:
            AuthenticationError: The API key is missing or invalid.
            NotFoundError: Your team has no experiment with this uid.
            RateLimitError: Too many requests. Wait as long as `Retry-After` says.
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/get
        """
        return experiments.get_experiment.sync(uid, client=self, timeout=timeout, headers=headers)

    def update_experiment(
        self,
        uid: str | models.Experiment,
        body: models.UpdateExperimentRequest | Unset = UNSET,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
        **fields: Unpack[models.UpdateExperimentDict],
    ) -> models.Experiment:
        """Update experiment.

        Changes the fields that are sent and leaves the others unchanged. The status decides
        which fields may change. `variants` is always the whole list, with weights that add up
        to 10,000.

        Args:
            uid: The experiment's uid, as create returned it. The experiment itself will do.
            body: The fields to change, in place of the arguments that follow.
            name: A name for people, up to 255 characters.
            slug: Identifies the experiment in public URLs. Of the form
                `^[a-z0-9][a-z0-9-]{1,58}[a-z0-9]$`.
            template_uid: Template of the variants.
            variants: The whole new list. Weights add up to 10,000.
            goal_config: While running, `destination_url` only.
            bandit_config: Auto-optimisation, for A/B tests.
            output_config: Format and quality of the image.
            hypothesis: What you expect and why. At most 500 characters.
            minimum_sample_size: Impressions to wait for before you decide.
            confidence_threshold: Probability at which a result counts as certain.
            minimum_run_days: Days to wait before you decide.
            fallback_image_url: Shown once the experiment is over.
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Returns:
            The updated experiment.

        Raises:
            FieldNotEditableError: The body is invalid, or this status does not allow the change.
                Nothing was changed.
            ValidationError: The body is invalid, or this status does not allow the change. Nothing
                was changed.
            AuthenticationError: The API key is missing or invalid.
            NotFoundError: Your team has no experiment with this uid.
            SlugInUseError: Another active experiment has this slug. Nothing was changed.
            PayloadTooLargeError: The body is larger than 1 MiB.
            UnsupportedMediaTypeError: The operation does not list the media type of the body.
            RateLimitError: Too many requests. Wait as long as `Retry-After` says.
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/update
        """
        return experiments.update_experiment.sync(
            uid,
            request_body("update_experiment", models.UpdateExperimentRequest, body, fields),
            client=self,
            timeout=timeout,
            headers=headers,
        )

    def delete_experiment(
        self,
        uid: str | models.Experiment,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> models.DeletedExperiment:
        """Delete experiment.

        Archives the experiment, which cannot be undone. Pause or complete a running experiment
        first.

        Args:
            uid: The experiment's uid, as create returned it. The experiment itself will do.
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Returns:
            The experiment is deleted.

        Raises:
            AuthenticationError: The API key is missing or invalid.
            NotFoundError: Your team has no experiment with this uid.
            InvalidTransitionError: The experiment is running. Pause or complete it first. Nothing
                was changed.
            RateLimitError: Too many requests. Wait as long as `Retry-After` says.
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/delete
        """
        return experiments.delete_experiment.sync(
            uid, client=self, timeout=timeout, headers=headers
        )

    def start_experiment(
        self,
        uid: str | models.Experiment,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> models.Experiment:
        """Start experiment.

        Starts serving and counting a draft or paused experiment. No body is needed.

        Args:
            uid: The experiment's uid, as create returned it. The experiment itself will do.
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Returns:
            The running experiment.

        Raises:
            AuthenticationError: The API key is missing or invalid.
            NotFoundError: Your team has no experiment with this uid.
            InvalidTransitionError: The status does not allow this transition. Nothing was changed.
                The body contains the current status and the allowed ones.
            RateLimitError: Too many requests. Wait as long as `Retry-After` says.
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/start
        """
        return experiments.start_experiment.sync(uid, client=self, timeout=timeout, headers=headers)

    def pause_experiment(
        self,
        uid: str | models.Experiment,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> models.Experiment:
        """Pause experiment.

        Stops serving and counting a running experiment until it is started again. Its data is
        kept. No body is needed.

        Args:
            uid: The experiment's uid, as create returned it. The experiment itself will do.
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Returns:
            The paused experiment.

        Raises:
            AuthenticationError: The API key is missing or invalid.
            NotFoundError: Your team has no experiment with this uid.
            InvalidTransitionError: The status does not allow this transition. Nothing was changed.
                The body contains the current status and the allowed ones.
            RateLimitError: Too many requests. Wait as long as `Retry-After` says.
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/pause
        """
        return experiments.pause_experiment.sync(uid, client=self, timeout=timeout, headers=headers)

    @overload
    def complete_experiment(
        self,
        uid: str | models.Experiment,
        body: models.CompleteExperimentRequest,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> models.Experiment: ...

    @overload
    def complete_experiment(
        self,
        uid: str | models.Experiment,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
        **fields: Unpack[models.CompleteExperimentDict],
    ) -> models.Experiment: ...

    def complete_experiment(
        self,
        uid: str | models.Experiment,
        body: models.CompleteExperimentRequest | Unset = UNSET,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
        **fields: Any,
    ) -> models.Experiment:
        """Complete experiment.

        Ends a running or paused experiment for good and declares the winner, which all viewers
        get from then on.

        Args:
            uid: The experiment's uid, as create returned it. The experiment itself will do.
            body: The winner, in place of the arguments that follow.
            winner_variant_id: Id of one of the experiment's variants.
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Returns:
            The completed experiment.

        Raises:
            InvalidWinnerError: The winner is missing or is not a variant of the experiment. Nothing
                was changed.
            AuthenticationError: The API key is missing or invalid.
            NotFoundError: Your team has no experiment with this uid.
            InvalidTransitionError: The status does not allow this transition. Nothing was changed.
                The body contains the current status and the allowed ones.
            PayloadTooLargeError: The body is larger than 1 MiB.
            UnsupportedMediaTypeError: The operation does not list the media type of the body.
            RateLimitError: Too many requests. Wait as long as `Retry-After` says.
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/complete
        """
        return experiments.complete_experiment.sync(
            uid,
            request_body("complete_experiment", models.CompleteExperimentRequest, body, fields),
            client=self,
            timeout=timeout,
            headers=headers,
        )

    def get_experiment_quota(
        self,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> models.ExperimentQuota:
        """Check quota.

        Returns the limits of your team's plan and what is used. Read it before you create an
        experiment. A limit of `null` means no limit.

        Args:
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Returns:
            The usage and limits of the plan.

        Raises:
            AuthenticationError: The API key is missing or invalid.
            RateLimitError: Too many requests. Wait as long as `Retry-After` says.
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/quota
        """
        return experiments.get_experiment_quota.sync(client=self, timeout=timeout, headers=headers)

    def track_experiment_events(
        self,
        body: models.ExperimentEvent | list[models.ExperimentEvent],
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> models.ExperimentEventResponse:
        """Track events.

        Reports one event, or up to 100 in an array. Send a write key in the header, or as
        `write_key` in the event where headers cannot be set. Without one the request is
        accepted with a warning. A beacon (`navigator.sendBeacon`) sends the same JSON as
        `text/plain`. Servers may use their API key instead.

        `impression` and `click` raise the counters of the variant. `view` and `conversion` are
        accepted, but no operation shows them.

        Args:
            body: One event or an array of them.
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Returns:
            The request was understood. `errors` lists the events that were not accepted.

        Raises:
            ValidationError: The request as a whole could not be understood. Nothing was counted.
            AuthenticationError: The write key or API key is invalid. Nothing was counted. A key is
                optional.
            PayloadTooLargeError: The body is larger than 1 MiB.
            UnsupportedMediaTypeError: The operation does not list the media type of the body.
            RateLimitError: Too many requests. Wait as long as `Retry-After` says.
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/events
        """
        return experiments.track_experiment_events.sync(
            body, client=self, timeout=timeout, headers=headers
        )

    def track(
        self,
        events: models.ExperimentEvent
        | models.ExperimentEventDict
        | Iterable[models.ExperimentEvent | models.ExperimentEventDict],
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> models.ExperimentEventResponse:
        """Report any number of events, in calls of at most 100 and at most 1 MiB.

        All events are checked before the first is sent. Those that the server refuses are in `errors`
        of the result, each with its index in `events`. A call that failed is not repeated if its
        events may have counted.

        Args:
            events: One event, or many, as models or as plain dicts.
            timeout: Seconds for each step of a call, in place of the client's.
            headers: Sent with every call, in place of the client's of the same name.

        Returns:
            The results of all calls as one.

        Raises:
            TrackingInterruptedError: A call failed, and not all events have the same fate: some are
                accepted, unknown or unsent. An interruption such as `KeyboardInterrupt` has it as
                its attribute `tracking`.
            PictifyError: A call failed, and all events have the same fate; see
                `track_experiment_events`.
            TypeError: One of the events is not one, or has a wrong key. Nothing was sent.
            ValueError: One of the events cannot be sent as JSON. Nothing was sent.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/events
        """
        tracking = Tracking(events)
        for call in tracking.calls():
            with tracking.sending():
                tracking.add(self.track_experiment_events(call, timeout=timeout, headers=headers))
        return tracking.result

    def track_experiment_click(
        self,
        slug: str | models.Experiment,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """Click redirect.

        Counts a click for the viewer's variant and redirects to `goal_config.destination_url`.
        Use it as the link around the image. Nothing in the request can change the target.

        Args:
            slug: The experiment's slug. The experiment itself will do.
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Returns:
            The target of the redirect, which is not followed.

        Raises:
            NotFoundError: No such experiment, or it has no destination.
            RateLimitError: Too many requests. Wait as long as `Retry-After` says.
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/click
        """
        return experiments.track_experiment_click.sync(
            slug, client=self, timeout=timeout, headers=headers
        )

    def track_experiment_pixel(
        self,
        slug: str | models.Experiment,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> bytes:
        """Tracking pixel.

        Returns a transparent GIF of one pixel and counts an impression for the viewer's
        variant. Use it to count e-mail opens. An unknown slug gets a valid pixel, too.

        Args:
            slug: The experiment's slug. The experiment itself will do.
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Returns:
            The pixel.

        Raises:
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/pixel
        """
        return experiments.track_experiment_pixel.sync(
            slug, client=self, timeout=timeout, headers=headers
        )

    def render_experiment_url(
        self,
        slug: str | models.Experiment,
        format: models.ImageFormat | Literal["png", "jpeg", "jpg", "webp"],
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> bytes | str:
        """Experiment image (withdrawn).

        Deprecated: the vendor published this URL in March 2026, withdrew it from later editions
        of the API description and never listed it with the twelve other operations. A server
        may lack it and still conform.

        Returns the image of the viewer's variant, for a page or an e-mail: for an A/B test the
        drawn one, for a smart link the first whose conditions hold, for a schedule the one that
        is open now, and after completion the winner. The response is a redirect to a rendered
        picture. Each variant has its own picture, which caches may store. They may not store
        the redirect. A server may return the picture itself.

        Args:
            slug: The experiment's slug. The experiment itself will do.
            format: The file format of the image.
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Returns:
            The picture itself. Or else: The target of the redirect, which is not followed.

        Raises:
            NotFoundError: No such experiment, or it shows no image now.
            GoneError: The experiment is over, and there is no fallback image.
            RateLimitError: Too many requests. Wait as long as `Retry-After` says.
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/concepts/url-rendering
        """
        return experiments.render_experiment_url.sync(
            slug, format, client=self, timeout=timeout, headers=headers
        )


class AsyncPictifyExperiments(AsyncClient):
    """The operations of the API as methods to be awaited, in an event loop of asyncio or trio.

    For example:
        async with AsyncPictifyExperiments() as pictify:
            async for experiment in pictify.iterate_experiments(status="running"):
                print(experiment.name)
    """

    @property
    def with_raw_response(self) -> AsyncRawResponses:
        """The same operations, returning status and headers too."""
        return AsyncRawResponses(self)

    async def list_experiments(
        self,
        *,
        type: models.ExperimentType | Literal["ab_test", "smart_link", "scheduled"] | Unset = UNSET,
        status: models.ExperimentStatusFilter
        | Literal["draft", "running", "paused", "completed"]
        | Unset = UNSET,
        page: int | Unset = UNSET,
        limit: int | Unset = UNSET,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> models.ExperimentList:
        """See `PictifyExperiments.list_experiments`."""
        return await experiments.list_experiments.asyncio(
            type=type,
            status=status,
            page=page,
            limit=limit,
            client=self,
            timeout=timeout,
            headers=headers,
        )

    async def iterate_experiments(
        self,
        *,
        type: models.ExperimentType | Literal["ab_test", "smart_link", "scheduled"] | Unset = UNSET,
        status: models.ExperimentStatusFilter
        | Literal["draft", "running", "paused", "completed"]
        | Unset = UNSET,
        page_size: int = 100,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> AsyncIterator[models.Experiment]:
        """See `PictifyExperiments.iterate_experiments`."""
        walk: Walk[models.Experiment] = Walk(lambda row: row.uid)
        while walk.page is not None:
            answer = await self.list_experiments(
                type=type,
                status=status,
                page=walk.page,
                limit=page_size,
                timeout=timeout,
                headers=headers,
            )
            for row in walk.take(answer.experiments, answer.total):
                yield row

    async def find_experiment(
        self,
        *,
        slug: str,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> models.Experiment | None:
        """See `PictifyExperiments.find_experiment`."""
        async for experiment in self.iterate_experiments(timeout=timeout, headers=headers):
            if experiment.slug == slug:
                return experiment
        return None

    @overload
    async def create_experiment(
        self,
        body: models.CreateExperimentRequest,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> models.Experiment: ...

    @overload
    async def create_experiment(
        self,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
        **fields: Unpack[models.CreateExperimentDict],
    ) -> models.Experiment: ...

    async def create_experiment(
        self,
        body: models.CreateExperimentRequest | Unset = UNSET,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
        **fields: Any,
    ) -> models.Experiment:
        """See `PictifyExperiments.create_experiment`."""
        return await experiments.create_experiment.asyncio(
            request_body("create_experiment", models.CreateExperimentRequest, body, fields),
            client=self,
            timeout=timeout,
            headers=headers,
        )

    async def get_experiment(
        self,
        uid: str | models.Experiment,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> models.Experiment:
        """See `PictifyExperiments.get_experiment`."""
        return await experiments.get_experiment.asyncio(
            uid, client=self, timeout=timeout, headers=headers
        )

    async def update_experiment(
        self,
        uid: str | models.Experiment,
        body: models.UpdateExperimentRequest | Unset = UNSET,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
        **fields: Unpack[models.UpdateExperimentDict],
    ) -> models.Experiment:
        """See `PictifyExperiments.update_experiment`."""
        return await experiments.update_experiment.asyncio(
            uid,
            request_body("update_experiment", models.UpdateExperimentRequest, body, fields),
            client=self,
            timeout=timeout,
            headers=headers,
        )

    async def delete_experiment(
        self,
        uid: str | models.Experiment,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> models.DeletedExperiment:
        """See `PictifyExperiments.delete_experiment`."""
        return await experiments.delete_experiment.asyncio(
            uid, client=self, timeout=timeout, headers=headers
        )

    async def start_experiment(
        self,
        uid: str | models.Experiment,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> models.Experiment:
        """See `PictifyExperiments.start_experiment`."""
        return await experiments.start_experiment.asyncio(
            uid, client=self, timeout=timeout, headers=headers
        )

    async def pause_experiment(
        self,
        uid: str | models.Experiment,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> models.Experiment:
        """See `PictifyExperiments.pause_experiment`."""
        return await experiments.pause_experiment.asyncio(
            uid, client=self, timeout=timeout, headers=headers
        )

    @overload
    async def complete_experiment(
        self,
        uid: str | models.Experiment,
        body: models.CompleteExperimentRequest,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> models.Experiment: ...

    @overload
    async def complete_experiment(
        self,
        uid: str | models.Experiment,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
        **fields: Unpack[models.CompleteExperimentDict],
    ) -> models.Experiment: ...

    async def complete_experiment(
        self,
        uid: str | models.Experiment,
        body: models.CompleteExperimentRequest | Unset = UNSET,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
        **fields: Any,
    ) -> models.Experiment:
        """See `PictifyExperiments.complete_experiment`."""
        return await experiments.complete_experiment.asyncio(
            uid,
            request_body("complete_experiment", models.CompleteExperimentRequest, body, fields),
            client=self,
            timeout=timeout,
            headers=headers,
        )

    async def get_experiment_quota(
        self,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> models.ExperimentQuota:
        """See `PictifyExperiments.get_experiment_quota`."""
        return await experiments.get_experiment_quota.asyncio(
            client=self, timeout=timeout, headers=headers
        )

    async def track_experiment_events(
        self,
        body: models.ExperimentEvent | list[models.ExperimentEvent],
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> models.ExperimentEventResponse:
        """See `PictifyExperiments.track_experiment_events`."""
        return await experiments.track_experiment_events.asyncio(
            body, client=self, timeout=timeout, headers=headers
        )

    async def track(
        self,
        events: models.ExperimentEvent
        | models.ExperimentEventDict
        | Iterable[models.ExperimentEvent | models.ExperimentEventDict],
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> models.ExperimentEventResponse:
        """See `PictifyExperiments.track`."""
        tracking = Tracking(events)
        for call in tracking.calls():
            with tracking.sending():
                tracking.add(
                    await self.track_experiment_events(call, timeout=timeout, headers=headers)
                )
        return tracking.result

    async def track_experiment_click(
        self,
        slug: str | models.Experiment,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """See `PictifyExperiments.track_experiment_click`."""
        return await experiments.track_experiment_click.asyncio(
            slug, client=self, timeout=timeout, headers=headers
        )

    async def track_experiment_pixel(
        self,
        slug: str | models.Experiment,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> bytes:
        """See `PictifyExperiments.track_experiment_pixel`."""
        return await experiments.track_experiment_pixel.asyncio(
            slug, client=self, timeout=timeout, headers=headers
        )

    async def render_experiment_url(
        self,
        slug: str | models.Experiment,
        format: models.ImageFormat | Literal["png", "jpeg", "jpg", "webp"],
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> bytes | str:
        """See `PictifyExperiments.render_experiment_url`."""
        return await experiments.render_experiment_url.asyncio(
            slug, format, client=self, timeout=timeout, headers=headers
        )


class RawResponses:
    """The operations, each returning a `Response` with status, headers, content and `parsed`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def list_experiments(
        self,
        *,
        type: models.ExperimentType | Literal["ab_test", "smart_link", "scheduled"] | Unset = UNSET,
        status: models.ExperimentStatusFilter
        | Literal["draft", "running", "paused", "completed"]
        | Unset = UNSET,
        page: int | Unset = UNSET,
        limit: int | Unset = UNSET,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[models.ExperimentList]:
        """See the method of this name without `with_raw_response`."""
        return experiments.list_experiments.sync_detailed(
            type=type,
            status=status,
            page=page,
            limit=limit,
            client=self._client,
            timeout=timeout,
            headers=headers,
        )

    @overload
    def create_experiment(
        self,
        body: models.CreateExperimentRequest,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[models.ExperimentEnvelope]: ...

    @overload
    def create_experiment(
        self,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
        **fields: Unpack[models.CreateExperimentDict],
    ) -> Response[models.ExperimentEnvelope]: ...

    def create_experiment(
        self,
        body: models.CreateExperimentRequest | Unset = UNSET,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
        **fields: Any,
    ) -> Response[models.ExperimentEnvelope]:
        """See the method of this name without `with_raw_response`."""
        return experiments.create_experiment.sync_detailed(
            request_body("create_experiment", models.CreateExperimentRequest, body, fields),
            client=self._client,
            timeout=timeout,
            headers=headers,
        )

    def get_experiment(
        self,
        uid: str | models.Experiment,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[models.ExperimentEnvelope]:
        """See the method of this name without `with_raw_response`."""
        return experiments.get_experiment.sync_detailed(
            uid, client=self._client, timeout=timeout, headers=headers
        )

    def update_experiment(
        self,
        uid: str | models.Experiment,
        body: models.UpdateExperimentRequest | Unset = UNSET,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
        **fields: Unpack[models.UpdateExperimentDict],
    ) -> Response[models.ExperimentEnvelope]:
        """See the method of this name without `with_raw_response`."""
        return experiments.update_experiment.sync_detailed(
            uid,
            request_body("update_experiment", models.UpdateExperimentRequest, body, fields),
            client=self._client,
            timeout=timeout,
            headers=headers,
        )

    def delete_experiment(
        self,
        uid: str | models.Experiment,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[models.DeletedExperiment]:
        """See the method of this name without `with_raw_response`."""
        return experiments.delete_experiment.sync_detailed(
            uid, client=self._client, timeout=timeout, headers=headers
        )

    def start_experiment(
        self,
        uid: str | models.Experiment,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[models.ExperimentEnvelope]:
        """See the method of this name without `with_raw_response`."""
        return experiments.start_experiment.sync_detailed(
            uid, client=self._client, timeout=timeout, headers=headers
        )

    def pause_experiment(
        self,
        uid: str | models.Experiment,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[models.ExperimentEnvelope]:
        """See the method of this name without `with_raw_response`."""
        return experiments.pause_experiment.sync_detailed(
            uid, client=self._client, timeout=timeout, headers=headers
        )

    @overload
    def complete_experiment(
        self,
        uid: str | models.Experiment,
        body: models.CompleteExperimentRequest,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[models.ExperimentEnvelope]: ...

    @overload
    def complete_experiment(
        self,
        uid: str | models.Experiment,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
        **fields: Unpack[models.CompleteExperimentDict],
    ) -> Response[models.ExperimentEnvelope]: ...

    def complete_experiment(
        self,
        uid: str | models.Experiment,
        body: models.CompleteExperimentRequest | Unset = UNSET,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
        **fields: Any,
    ) -> Response[models.ExperimentEnvelope]:
        """See the method of this name without `with_raw_response`."""
        return experiments.complete_experiment.sync_detailed(
            uid,
            request_body("complete_experiment", models.CompleteExperimentRequest, body, fields),
            client=self._client,
            timeout=timeout,
            headers=headers,
        )

    def get_experiment_quota(
        self,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[models.ExperimentQuota]:
        """See the method of this name without `with_raw_response`."""
        return experiments.get_experiment_quota.sync_detailed(
            client=self._client, timeout=timeout, headers=headers
        )

    def track_experiment_events(
        self,
        body: models.ExperimentEvent | list[models.ExperimentEvent],
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[models.ExperimentEventResponse]:
        """See the method of this name without `with_raw_response`."""
        return experiments.track_experiment_events.sync_detailed(
            body, client=self._client, timeout=timeout, headers=headers
        )

    def track_experiment_click(
        self,
        slug: str | models.Experiment,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[str]:
        """See the method of this name without `with_raw_response`."""
        return experiments.track_experiment_click.sync_detailed(
            slug, client=self._client, timeout=timeout, headers=headers
        )

    def track_experiment_pixel(
        self,
        slug: str | models.Experiment,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[bytes]:
        """See the method of this name without `with_raw_response`."""
        return experiments.track_experiment_pixel.sync_detailed(
            slug, client=self._client, timeout=timeout, headers=headers
        )

    def render_experiment_url(
        self,
        slug: str | models.Experiment,
        format: models.ImageFormat | Literal["png", "jpeg", "jpg", "webp"],
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[bytes | str]:
        """See the method of this name without `with_raw_response`."""
        return experiments.render_experiment_url.sync_detailed(
            slug, format, client=self._client, timeout=timeout, headers=headers
        )


class AsyncRawResponses:
    """The same as `RawResponses`, to be awaited."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def list_experiments(
        self,
        *,
        type: models.ExperimentType | Literal["ab_test", "smart_link", "scheduled"] | Unset = UNSET,
        status: models.ExperimentStatusFilter
        | Literal["draft", "running", "paused", "completed"]
        | Unset = UNSET,
        page: int | Unset = UNSET,
        limit: int | Unset = UNSET,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[models.ExperimentList]:
        """See the method of this name without `with_raw_response`."""
        return await experiments.list_experiments.asyncio_detailed(
            type=type,
            status=status,
            page=page,
            limit=limit,
            client=self._client,
            timeout=timeout,
            headers=headers,
        )

    @overload
    async def create_experiment(
        self,
        body: models.CreateExperimentRequest,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[models.ExperimentEnvelope]: ...

    @overload
    async def create_experiment(
        self,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
        **fields: Unpack[models.CreateExperimentDict],
    ) -> Response[models.ExperimentEnvelope]: ...

    async def create_experiment(
        self,
        body: models.CreateExperimentRequest | Unset = UNSET,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
        **fields: Any,
    ) -> Response[models.ExperimentEnvelope]:
        """See the method of this name without `with_raw_response`."""
        return await experiments.create_experiment.asyncio_detailed(
            request_body("create_experiment", models.CreateExperimentRequest, body, fields),
            client=self._client,
            timeout=timeout,
            headers=headers,
        )

    async def get_experiment(
        self,
        uid: str | models.Experiment,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[models.ExperimentEnvelope]:
        """See the method of this name without `with_raw_response`."""
        return await experiments.get_experiment.asyncio_detailed(
            uid, client=self._client, timeout=timeout, headers=headers
        )

    async def update_experiment(
        self,
        uid: str | models.Experiment,
        body: models.UpdateExperimentRequest | Unset = UNSET,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
        **fields: Unpack[models.UpdateExperimentDict],
    ) -> Response[models.ExperimentEnvelope]:
        """See the method of this name without `with_raw_response`."""
        return await experiments.update_experiment.asyncio_detailed(
            uid,
            request_body("update_experiment", models.UpdateExperimentRequest, body, fields),
            client=self._client,
            timeout=timeout,
            headers=headers,
        )

    async def delete_experiment(
        self,
        uid: str | models.Experiment,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[models.DeletedExperiment]:
        """See the method of this name without `with_raw_response`."""
        return await experiments.delete_experiment.asyncio_detailed(
            uid, client=self._client, timeout=timeout, headers=headers
        )

    async def start_experiment(
        self,
        uid: str | models.Experiment,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[models.ExperimentEnvelope]:
        """See the method of this name without `with_raw_response`."""
        return await experiments.start_experiment.asyncio_detailed(
            uid, client=self._client, timeout=timeout, headers=headers
        )

    async def pause_experiment(
        self,
        uid: str | models.Experiment,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[models.ExperimentEnvelope]:
        """See the method of this name without `with_raw_response`."""
        return await experiments.pause_experiment.asyncio_detailed(
            uid, client=self._client, timeout=timeout, headers=headers
        )

    @overload
    async def complete_experiment(
        self,
        uid: str | models.Experiment,
        body: models.CompleteExperimentRequest,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[models.ExperimentEnvelope]: ...

    @overload
    async def complete_experiment(
        self,
        uid: str | models.Experiment,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
        **fields: Unpack[models.CompleteExperimentDict],
    ) -> Response[models.ExperimentEnvelope]: ...

    async def complete_experiment(
        self,
        uid: str | models.Experiment,
        body: models.CompleteExperimentRequest | Unset = UNSET,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
        **fields: Any,
    ) -> Response[models.ExperimentEnvelope]:
        """See the method of this name without `with_raw_response`."""
        return await experiments.complete_experiment.asyncio_detailed(
            uid,
            request_body("complete_experiment", models.CompleteExperimentRequest, body, fields),
            client=self._client,
            timeout=timeout,
            headers=headers,
        )

    async def get_experiment_quota(
        self,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[models.ExperimentQuota]:
        """See the method of this name without `with_raw_response`."""
        return await experiments.get_experiment_quota.asyncio_detailed(
            client=self._client, timeout=timeout, headers=headers
        )

    async def track_experiment_events(
        self,
        body: models.ExperimentEvent | list[models.ExperimentEvent],
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[models.ExperimentEventResponse]:
        """See the method of this name without `with_raw_response`."""
        return await experiments.track_experiment_events.asyncio_detailed(
            body, client=self._client, timeout=timeout, headers=headers
        )

    async def track_experiment_click(
        self,
        slug: str | models.Experiment,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[str]:
        """See the method of this name without `with_raw_response`."""
        return await experiments.track_experiment_click.asyncio_detailed(
            slug, client=self._client, timeout=timeout, headers=headers
        )

    async def track_experiment_pixel(
        self,
        slug: str | models.Experiment,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[bytes]:
        """See the method of this name without `with_raw_response`."""
        return await experiments.track_experiment_pixel.asyncio_detailed(
            slug, client=self._client, timeout=timeout, headers=headers
        )

    async def render_experiment_url(
        self,
        slug: str | models.Experiment,
        format: models.ImageFormat | Literal["png", "jpeg", "jpg", "webp"],
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[bytes | str]:
        """See the method of this name without `with_raw_response`."""
        return await experiments.render_experiment_url.asyncio_detailed(
            slug, format, client=self._client, timeout=timeout, headers=headers
        )
