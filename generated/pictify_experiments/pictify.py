"""The whole API in one object: `PictifyExperiments` and `AsyncPictifyExperiments`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Literal

from .api import experiments
from .client import AsyncClient, Client, Timeout
from .events import Tracking
from .paging import Walk
from .types import UNSET, Response, Unset

if TYPE_CHECKING:
    from .models import (
        CompleteExperimentRequest,
        CreateExperimentRequest,
        DeletedExperiment,
        Experiment,
        ExperimentEnvelope,
        ExperimentEvent,
        ExperimentEventResponse,
        ExperimentList,
        ExperimentQuota,
        ExperimentStatusFilter,
        ExperimentType,
        ImageFormat,
        UpdateExperimentRequest,
    )


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
        type_: ExperimentType | Literal["ab_test", "smart_link", "scheduled"] | Unset = UNSET,
        status: ExperimentStatusFilter
        | Literal["draft", "running", "paused", "completed"]
        | Unset = UNSET,
        page: int | Unset = UNSET,
        limit: int | Unset = UNSET,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> ExperimentList:
        """List experiments.

        The experiments of your team, a page at a time, optionally of one type or status.
        `total` counts all matches of the filters, not those of the page.

        Args:
            type_: Only experiments of this type.
            status: Only experiments in this status. `archived` is not on offer.
            page: Which page, counted from 1. The server's default is 1.
            limit: Experiments a page, 1 to 100. The server's default is 20.
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Raises:
            ValidationError: A query parameter is out of its range.
            AuthenticationError: The API key is missing or not valid.
            RateLimitError: Too many requests; wait as long as Retry-After says.
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/list
        """
        return experiments.list_experiments.sync(
            type_=type_,
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
        type_: ExperimentType | Literal["ab_test", "smart_link", "scheduled"] | Unset = UNSET,
        status: ExperimentStatusFilter
        | Literal["draft", "running", "paused", "completed"]
        | Unset = UNSET,
        page_size: int = 100,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Iterator[Experiment]:
        """Yield all that `list_experiments` has, page after page.

        Each row comes once, even if others are added or deleted meanwhile. Rows that are added to
        the first page after it was read are left out.

        Args:
            type_: Only experiments of this type.
            status: Only experiments in this status. `archived` is not on offer.
            page_size: Rows to read at once, 1 to 100.
            timeout: Seconds for each step of a call, in place of the client's.
            headers: Sent with every call, in place of the client's of the same name.

        Raises:
            PictifyError: A page cannot be read; see `list_experiments`.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/list
        """
        walk: Walk[Experiment] = Walk(lambda row: row.uid)
        while walk.page is not None:
            answer = self.list_experiments(
                type_=type_,
                status=status,
                page=walk.page,
                limit=page_size,
                timeout=timeout,
                headers=headers,
            )
            yield from walk.take(answer.experiments, answer.total)

    def create_experiment(
        self,
        body: CreateExperimentRequest,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> ExperimentEnvelope:
        """Create experiment.

        Makes an experiment in status `draft`. It needs a name, a type, a slug and at least two
        variants whose weights add up to exactly 10,000. How many experiments of a type and how
        many variants you may have depends on the plan: see `get_experiment_quota`.

        Args:
            body: The experiment to make.
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Raises:
            ValidationError: The body breaks the schema or one of the rules below; nothing was made.
            AuthenticationError: The API key is missing or not valid.
            SlugInUseError: Another active experiment has this slug; nothing was changed.
            PayloadTooLargeError: The body is larger than 1 MiB.
            UnsupportedMediaTypeError: The body's media type is not one of those listed.
            QuotaExceededError: The plan has no slot left for this type (or too many requests were
                sent); nothing was made.
            RateLimitError: The plan has no slot left for this type (or too many requests were
                sent); nothing was made.
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/create
        """
        return experiments.create_experiment.sync(
            body, client=self, timeout=timeout, headers=headers
        )

    def get_experiment(
        self,
        uid: str,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> ExperimentEnvelope:
        """Get experiment.

        One experiment with the counters of its variants, or 404 if your team has none of that
        uid.

        Args:
            uid: The experiment's uid, as create returned it.
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Raises:
            AuthenticationError: The API key is missing or not valid.
            NotFoundError: Your team has no experiment of this uid.
            RateLimitError: Too many requests; wait as long as Retry-After says.
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/get
        """
        return experiments.get_experiment.sync(uid, client=self, timeout=timeout, headers=headers)

    def update_experiment(
        self,
        uid: str,
        body: UpdateExperimentRequest,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> ExperimentEnvelope:
        """Update experiment.

        Changes the fields that are sent and leaves the others as they are. Which ones may
        change depends on the status: see "What may be edited when". `variants` is always the
        whole list, with weights that add up to 10,000.

        Args:
            uid: The experiment's uid, as create returned it.
            body: The fields to change.
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Raises:
            FieldNotEditableError: The body breaks a rule, or a field may not change in this status;
                nothing was changed.
            ValidationError: The body breaks a rule, or a field may not change in this status;
                nothing was changed.
            AuthenticationError: The API key is missing or not valid.
            NotFoundError: Your team has no experiment of this uid.
            SlugInUseError: Another active experiment has this slug; nothing was changed.
            PayloadTooLargeError: The body is larger than 1 MiB.
            UnsupportedMediaTypeError: The body's media type is not one of those listed.
            RateLimitError: Too many requests; wait as long as Retry-After says.
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/update
        """
        return experiments.update_experiment.sync(
            uid, body, client=self, timeout=timeout, headers=headers
        )

    def delete_experiment(
        self,
        uid: str,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> DeletedExperiment:
        """Delete experiment.

        Archives the experiment, which cannot be undone. Pause or complete a running one first.

        Args:
            uid: The experiment's uid, as create returned it.
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Raises:
            AuthenticationError: The API key is missing or not valid.
            NotFoundError: Your team has no experiment of this uid.
            InvalidTransitionError: It is running; pause or complete it first. Nothing was changed.
            RateLimitError: Too many requests; wait as long as Retry-After says.
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/delete
        """
        return experiments.delete_experiment.sync(
            uid, client=self, timeout=timeout, headers=headers
        )

    def start_experiment(
        self,
        uid: str,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> ExperimentEnvelope:
        """Start experiment.

        A draft or paused experiment begins to be served and counted. No body is needed.

        Args:
            uid: The experiment's uid, as create returned it.
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Raises:
            AuthenticationError: The API key is missing or not valid.
            NotFoundError: Your team has no experiment of this uid.
            InvalidTransitionError: The status does not allow this move; nothing was changed. The
                body tells the current status and the allowed ones.
            RateLimitError: Too many requests; wait as long as Retry-After says.
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/start
        """
        return experiments.start_experiment.sync(uid, client=self, timeout=timeout, headers=headers)

    def pause_experiment(
        self,
        uid: str,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> ExperimentEnvelope:
        """Pause experiment.

        A running experiment stops being served and counted until it is started again. Its data
        is kept. No body is needed.

        Args:
            uid: The experiment's uid, as create returned it.
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Raises:
            AuthenticationError: The API key is missing or not valid.
            NotFoundError: Your team has no experiment of this uid.
            InvalidTransitionError: The status does not allow this move; nothing was changed. The
                body tells the current status and the allowed ones.
            RateLimitError: Too many requests; wait as long as Retry-After says.
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/pause
        """
        return experiments.pause_experiment.sync(uid, client=self, timeout=timeout, headers=headers)

    def complete_experiment(
        self,
        uid: str,
        body: CompleteExperimentRequest,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> ExperimentEnvelope:
        """Complete experiment.

        Ends a running or paused experiment for good and declares the winner, which all viewers
        get from then on.

        Args:
            uid: The experiment's uid, as create returned it.
            body: The winner.
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Raises:
            InvalidWinnerError: winnerVariantId is missing or is no variant of the experiment;
                nothing was changed.
            AuthenticationError: The API key is missing or not valid.
            NotFoundError: Your team has no experiment of this uid.
            InvalidTransitionError: The status does not allow this move; nothing was changed. The
                body tells the current status and the allowed ones.
            PayloadTooLargeError: The body is larger than 1 MiB.
            UnsupportedMediaTypeError: The body's media type is not one of those listed.
            RateLimitError: Too many requests; wait as long as Retry-After says.
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/complete
        """
        return experiments.complete_experiment.sync(
            uid, body, client=self, timeout=timeout, headers=headers
        )

    def get_experiment_quota(
        self,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> ExperimentQuota:
        """Check quota.

        What the plan of your team allows and what of it is used. Read it before creating. A
        limit of `null` is no limit.

        Args:
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Raises:
            AuthenticationError: The API key is missing or not valid.
            RateLimitError: Too many requests; wait as long as Retry-After says.
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/quota
        """
        return experiments.get_experiment_quota.sync(client=self, timeout=timeout, headers=headers)

    def track_experiment_events(
        self,
        body: ExperimentEvent | list[ExperimentEvent],
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> ExperimentEventResponse:
        """Track events.

        Reports one event, or up to 100 in an array. Send a write key in the header, or as
        `write_key` in the event where headers cannot be set; without one the call is accepted
        with a warning. A beacon (`navigator.sendBeacon`) sends the same JSON as `text/plain`.
        Servers may use their API key instead.

        `impression` and `click` raise the counters of the variant; `view` and `conversion` are
        accepted, and no operation shows them.

        Args:
            body: One event or an array of them.
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Raises:
            ValidationError: The call as a whole could not be understood; nothing was counted.
            AuthenticationError: The write key or API key is not valid; nothing was counted. Sending
                none is allowed.
            PayloadTooLargeError: The body is larger than 1 MiB.
            UnsupportedMediaTypeError: The body's media type is not one of those listed.
            RateLimitError: Too many requests; wait as long as Retry-After says.
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/events
        """
        return experiments.track_experiment_events.sync(
            body, client=self, timeout=timeout, headers=headers
        )

    def track(
        self,
        events: ExperimentEvent | Iterable[ExperimentEvent],
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> ExperimentEventResponse:
        """Report any number of events, in calls of at most 100 and at most 1 MiB.

        All events are checked before the first is sent. Those that the server refuses are in `errors`
        of the result, each with its index in `events`. A call that failed is not repeated if its
        events may have counted.

        Args:
            events: One event, or many.
            timeout: Seconds for each step of a call, in place of the client's.
            headers: Sent with every call, in place of the client's of the same name.

        Raises:
            TrackingInterruptedError: A call failed; it says which events are accepted, unknown and
                unsent. An interruption such as `KeyboardInterrupt` has it as its attribute
                `tracking`.
            PictifyError: The only call failed; see `track_experiment_events`.
            TypeError: One of the events is not an event. Nothing was sent.
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
        slug: str,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """Click redirect.

        Counts a click for the viewer's variant and redirects to `goalConfig.destinationUrl`.
        Put it around the image. The target is always the configured one: nothing in the request
        can change it.

        Args:
            slug: The experiment's slug.
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Raises:
            NotFoundError: No such experiment, or it leads nowhere.
            RateLimitError: Too many requests; wait as long as Retry-After says.
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/click
        """
        return experiments.track_experiment_click.sync(
            slug, client=self, timeout=timeout, headers=headers
        )

    def track_experiment_pixel(
        self,
        slug: str,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> bytes:
        """Tracking pixel.

        A transparent GIF of one pixel that counts an impression for the viewer's variant; for
        e-mail opens. An unknown slug gets a valid pixel too.

        Args:
            slug: The experiment's slug.
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Raises:
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/pixel
        """
        return experiments.track_experiment_pixel.sync(
            slug, client=self, timeout=timeout, headers=headers
        )

    def render_experiment_url(
        self,
        slug: str,
        format_: ImageFormat,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> bytes | str:
        """Experiment image (withdrawn).

        Deprecated: the vendor published this URL in March 2026, withdrew it from later editions
        of the API description and never listed it with the twelve other operations. A server
        that claims the API need not have it.

        The image of the viewer's variant, to be put into a page or an e-mail: for an A/B test
        the drawn one, for a smart link the first whose conditions hold, for a schedule the one
        that is open now, and after completion the winner. The answer is a redirect to a picture
        that was rendered before, which is different for each variant and may be stored, while
        the redirect may not. A server may answer with the picture itself.

        Args:
            slug: The experiment's slug.
            format_: The file format of the image.
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Raises:
            NotFoundError: No such experiment, or it shows nothing now.
            GoneError: The experiment is over, and nothing stands in for its image.
            RateLimitError: Too many requests; wait as long as Retry-After says.
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/concepts/url-rendering
        """
        return experiments.render_experiment_url.sync(
            slug, format_, client=self, timeout=timeout, headers=headers
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
        type_: ExperimentType | Literal["ab_test", "smart_link", "scheduled"] | Unset = UNSET,
        status: ExperimentStatusFilter
        | Literal["draft", "running", "paused", "completed"]
        | Unset = UNSET,
        page: int | Unset = UNSET,
        limit: int | Unset = UNSET,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> ExperimentList:
        """List experiments.

        The experiments of your team, a page at a time, optionally of one type or status.
        `total` counts all matches of the filters, not those of the page.

        Args:
            type_: Only experiments of this type.
            status: Only experiments in this status. `archived` is not on offer.
            page: Which page, counted from 1. The server's default is 1.
            limit: Experiments a page, 1 to 100. The server's default is 20.
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Raises:
            ValidationError: A query parameter is out of its range.
            AuthenticationError: The API key is missing or not valid.
            RateLimitError: Too many requests; wait as long as Retry-After says.
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/list
        """
        return await experiments.list_experiments.asyncio(
            type_=type_,
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
        type_: ExperimentType | Literal["ab_test", "smart_link", "scheduled"] | Unset = UNSET,
        status: ExperimentStatusFilter
        | Literal["draft", "running", "paused", "completed"]
        | Unset = UNSET,
        page_size: int = 100,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> AsyncIterator[Experiment]:
        """Yield all that `list_experiments` has, page after page.

        Each row comes once, even if others are added or deleted meanwhile. Rows that are added to
        the first page after it was read are left out.

        Args:
            type_: Only experiments of this type.
            status: Only experiments in this status. `archived` is not on offer.
            page_size: Rows to read at once, 1 to 100.
            timeout: Seconds for each step of a call, in place of the client's.
            headers: Sent with every call, in place of the client's of the same name.

        Raises:
            PictifyError: A page cannot be read; see `list_experiments`.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/list
        """
        walk: Walk[Experiment] = Walk(lambda row: row.uid)
        while walk.page is not None:
            answer = await self.list_experiments(
                type_=type_,
                status=status,
                page=walk.page,
                limit=page_size,
                timeout=timeout,
                headers=headers,
            )
            for row in walk.take(answer.experiments, answer.total):
                yield row

    async def create_experiment(
        self,
        body: CreateExperimentRequest,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> ExperimentEnvelope:
        """Create experiment.

        Makes an experiment in status `draft`. It needs a name, a type, a slug and at least two
        variants whose weights add up to exactly 10,000. How many experiments of a type and how
        many variants you may have depends on the plan: see `get_experiment_quota`.

        Args:
            body: The experiment to make.
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Raises:
            ValidationError: The body breaks the schema or one of the rules below; nothing was made.
            AuthenticationError: The API key is missing or not valid.
            SlugInUseError: Another active experiment has this slug; nothing was changed.
            PayloadTooLargeError: The body is larger than 1 MiB.
            UnsupportedMediaTypeError: The body's media type is not one of those listed.
            QuotaExceededError: The plan has no slot left for this type (or too many requests were
                sent); nothing was made.
            RateLimitError: The plan has no slot left for this type (or too many requests were
                sent); nothing was made.
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/create
        """
        return await experiments.create_experiment.asyncio(
            body, client=self, timeout=timeout, headers=headers
        )

    async def get_experiment(
        self,
        uid: str,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> ExperimentEnvelope:
        """Get experiment.

        One experiment with the counters of its variants, or 404 if your team has none of that
        uid.

        Args:
            uid: The experiment's uid, as create returned it.
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Raises:
            AuthenticationError: The API key is missing or not valid.
            NotFoundError: Your team has no experiment of this uid.
            RateLimitError: Too many requests; wait as long as Retry-After says.
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/get
        """
        return await experiments.get_experiment.asyncio(
            uid, client=self, timeout=timeout, headers=headers
        )

    async def update_experiment(
        self,
        uid: str,
        body: UpdateExperimentRequest,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> ExperimentEnvelope:
        """Update experiment.

        Changes the fields that are sent and leaves the others as they are. Which ones may
        change depends on the status: see "What may be edited when". `variants` is always the
        whole list, with weights that add up to 10,000.

        Args:
            uid: The experiment's uid, as create returned it.
            body: The fields to change.
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Raises:
            FieldNotEditableError: The body breaks a rule, or a field may not change in this status;
                nothing was changed.
            ValidationError: The body breaks a rule, or a field may not change in this status;
                nothing was changed.
            AuthenticationError: The API key is missing or not valid.
            NotFoundError: Your team has no experiment of this uid.
            SlugInUseError: Another active experiment has this slug; nothing was changed.
            PayloadTooLargeError: The body is larger than 1 MiB.
            UnsupportedMediaTypeError: The body's media type is not one of those listed.
            RateLimitError: Too many requests; wait as long as Retry-After says.
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/update
        """
        return await experiments.update_experiment.asyncio(
            uid, body, client=self, timeout=timeout, headers=headers
        )

    async def delete_experiment(
        self,
        uid: str,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> DeletedExperiment:
        """Delete experiment.

        Archives the experiment, which cannot be undone. Pause or complete a running one first.

        Args:
            uid: The experiment's uid, as create returned it.
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Raises:
            AuthenticationError: The API key is missing or not valid.
            NotFoundError: Your team has no experiment of this uid.
            InvalidTransitionError: It is running; pause or complete it first. Nothing was changed.
            RateLimitError: Too many requests; wait as long as Retry-After says.
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/delete
        """
        return await experiments.delete_experiment.asyncio(
            uid, client=self, timeout=timeout, headers=headers
        )

    async def start_experiment(
        self,
        uid: str,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> ExperimentEnvelope:
        """Start experiment.

        A draft or paused experiment begins to be served and counted. No body is needed.

        Args:
            uid: The experiment's uid, as create returned it.
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Raises:
            AuthenticationError: The API key is missing or not valid.
            NotFoundError: Your team has no experiment of this uid.
            InvalidTransitionError: The status does not allow this move; nothing was changed. The
                body tells the current status and the allowed ones.
            RateLimitError: Too many requests; wait as long as Retry-After says.
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/start
        """
        return await experiments.start_experiment.asyncio(
            uid, client=self, timeout=timeout, headers=headers
        )

    async def pause_experiment(
        self,
        uid: str,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> ExperimentEnvelope:
        """Pause experiment.

        A running experiment stops being served and counted until it is started again. Its data
        is kept. No body is needed.

        Args:
            uid: The experiment's uid, as create returned it.
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Raises:
            AuthenticationError: The API key is missing or not valid.
            NotFoundError: Your team has no experiment of this uid.
            InvalidTransitionError: The status does not allow this move; nothing was changed. The
                body tells the current status and the allowed ones.
            RateLimitError: Too many requests; wait as long as Retry-After says.
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/pause
        """
        return await experiments.pause_experiment.asyncio(
            uid, client=self, timeout=timeout, headers=headers
        )

    async def complete_experiment(
        self,
        uid: str,
        body: CompleteExperimentRequest,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> ExperimentEnvelope:
        """Complete experiment.

        Ends a running or paused experiment for good and declares the winner, which all viewers
        get from then on.

        Args:
            uid: The experiment's uid, as create returned it.
            body: The winner.
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Raises:
            InvalidWinnerError: winnerVariantId is missing or is no variant of the experiment;
                nothing was changed.
            AuthenticationError: The API key is missing or not valid.
            NotFoundError: Your team has no experiment of this uid.
            InvalidTransitionError: The status does not allow this move; nothing was changed. The
                body tells the current status and the allowed ones.
            PayloadTooLargeError: The body is larger than 1 MiB.
            UnsupportedMediaTypeError: The body's media type is not one of those listed.
            RateLimitError: Too many requests; wait as long as Retry-After says.
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/complete
        """
        return await experiments.complete_experiment.asyncio(
            uid, body, client=self, timeout=timeout, headers=headers
        )

    async def get_experiment_quota(
        self,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> ExperimentQuota:
        """Check quota.

        What the plan of your team allows and what of it is used. Read it before creating. A
        limit of `null` is no limit.

        Args:
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Raises:
            AuthenticationError: The API key is missing or not valid.
            RateLimitError: Too many requests; wait as long as Retry-After says.
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/quota
        """
        return await experiments.get_experiment_quota.asyncio(
            client=self, timeout=timeout, headers=headers
        )

    async def track_experiment_events(
        self,
        body: ExperimentEvent | list[ExperimentEvent],
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> ExperimentEventResponse:
        """Track events.

        Reports one event, or up to 100 in an array. Send a write key in the header, or as
        `write_key` in the event where headers cannot be set; without one the call is accepted
        with a warning. A beacon (`navigator.sendBeacon`) sends the same JSON as `text/plain`.
        Servers may use their API key instead.

        `impression` and `click` raise the counters of the variant; `view` and `conversion` are
        accepted, and no operation shows them.

        Args:
            body: One event or an array of them.
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Raises:
            ValidationError: The call as a whole could not be understood; nothing was counted.
            AuthenticationError: The write key or API key is not valid; nothing was counted. Sending
                none is allowed.
            PayloadTooLargeError: The body is larger than 1 MiB.
            UnsupportedMediaTypeError: The body's media type is not one of those listed.
            RateLimitError: Too many requests; wait as long as Retry-After says.
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/events
        """
        return await experiments.track_experiment_events.asyncio(
            body, client=self, timeout=timeout, headers=headers
        )

    async def track(
        self,
        events: ExperimentEvent | Iterable[ExperimentEvent],
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> ExperimentEventResponse:
        """Report any number of events, in calls of at most 100 and at most 1 MiB.

        All events are checked before the first is sent. Those that the server refuses are in `errors`
        of the result, each with its index in `events`. A call that failed is not repeated if its
        events may have counted.

        Args:
            events: One event, or many.
            timeout: Seconds for each step of a call, in place of the client's.
            headers: Sent with every call, in place of the client's of the same name.

        Raises:
            TrackingInterruptedError: A call failed; it says which events are accepted, unknown and
                unsent. An interruption such as `KeyboardInterrupt` has it as its attribute
                `tracking`.
            PictifyError: The only call failed; see `track_experiment_events`.
            TypeError: One of the events is not an event. Nothing was sent.
            ValueError: One of the events cannot be sent as JSON. Nothing was sent.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/events
        """
        tracking = Tracking(events)
        for call in tracking.calls():
            with tracking.sending():
                tracking.add(
                    await self.track_experiment_events(call, timeout=timeout, headers=headers)
                )
        return tracking.result

    async def track_experiment_click(
        self,
        slug: str,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> str:
        """Click redirect.

        Counts a click for the viewer's variant and redirects to `goalConfig.destinationUrl`.
        Put it around the image. The target is always the configured one: nothing in the request
        can change it.

        Args:
            slug: The experiment's slug.
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Raises:
            NotFoundError: No such experiment, or it leads nowhere.
            RateLimitError: Too many requests; wait as long as Retry-After says.
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/click
        """
        return await experiments.track_experiment_click.asyncio(
            slug, client=self, timeout=timeout, headers=headers
        )

    async def track_experiment_pixel(
        self,
        slug: str,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> bytes:
        """Tracking pixel.

        A transparent GIF of one pixel that counts an impression for the viewer's variant; for
        e-mail opens. An unknown slug gets a valid pixel too.

        Args:
            slug: The experiment's slug.
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Raises:
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/api-reference/endpoints/experiments/pixel
        """
        return await experiments.track_experiment_pixel.asyncio(
            slug, client=self, timeout=timeout, headers=headers
        )

    async def render_experiment_url(
        self,
        slug: str,
        format_: ImageFormat,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> bytes | str:
        """Experiment image (withdrawn).

        Deprecated: the vendor published this URL in March 2026, withdrew it from later editions
        of the API description and never listed it with the twelve other operations. A server
        that claims the API need not have it.

        The image of the viewer's variant, to be put into a page or an e-mail: for an A/B test
        the drawn one, for a smart link the first whose conditions hold, for a schedule the one
        that is open now, and after completion the winner. The answer is a redirect to a picture
        that was rendered before, which is different for each variant and may be stored, while
        the redirect may not. A server may answer with the picture itself.

        Args:
            slug: The experiment's slug.
            format_: The file format of the image.
            timeout: Seconds for each step of this call, in place of the client's.
            headers: Sent with this call, in place of the client's of the same name.

        Raises:
            NotFoundError: No such experiment, or it shows nothing now.
            GoneError: The experiment is over, and nothing stands in for its image.
            RateLimitError: Too many requests; wait as long as Retry-After says.
            APIConnectionError: No whole response came, or not in time.

        Docs: https://docs.pictify.io/concepts/url-rendering
        """
        return await experiments.render_experiment_url.asyncio(
            slug, format_, client=self, timeout=timeout, headers=headers
        )


class RawResponses:
    """The operations, each returning a `Response` with status, headers, content and `parsed`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def list_experiments(
        self,
        *,
        type_: ExperimentType | Literal["ab_test", "smart_link", "scheduled"] | Unset = UNSET,
        status: ExperimentStatusFilter
        | Literal["draft", "running", "paused", "completed"]
        | Unset = UNSET,
        page: int | Unset = UNSET,
        limit: int | Unset = UNSET,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[ExperimentList]:
        """See the method of this name without `with_raw_response`."""
        return experiments.list_experiments.sync_detailed(
            type_=type_,
            status=status,
            page=page,
            limit=limit,
            client=self._client,
            timeout=timeout,
            headers=headers,
        )

    def create_experiment(
        self,
        body: CreateExperimentRequest,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[ExperimentEnvelope]:
        """See the method of this name without `with_raw_response`."""
        return experiments.create_experiment.sync_detailed(
            body, client=self._client, timeout=timeout, headers=headers
        )

    def get_experiment(
        self,
        uid: str,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[ExperimentEnvelope]:
        """See the method of this name without `with_raw_response`."""
        return experiments.get_experiment.sync_detailed(
            uid, client=self._client, timeout=timeout, headers=headers
        )

    def update_experiment(
        self,
        uid: str,
        body: UpdateExperimentRequest,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[ExperimentEnvelope]:
        """See the method of this name without `with_raw_response`."""
        return experiments.update_experiment.sync_detailed(
            uid, body, client=self._client, timeout=timeout, headers=headers
        )

    def delete_experiment(
        self,
        uid: str,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[DeletedExperiment]:
        """See the method of this name without `with_raw_response`."""
        return experiments.delete_experiment.sync_detailed(
            uid, client=self._client, timeout=timeout, headers=headers
        )

    def start_experiment(
        self,
        uid: str,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[ExperimentEnvelope]:
        """See the method of this name without `with_raw_response`."""
        return experiments.start_experiment.sync_detailed(
            uid, client=self._client, timeout=timeout, headers=headers
        )

    def pause_experiment(
        self,
        uid: str,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[ExperimentEnvelope]:
        """See the method of this name without `with_raw_response`."""
        return experiments.pause_experiment.sync_detailed(
            uid, client=self._client, timeout=timeout, headers=headers
        )

    def complete_experiment(
        self,
        uid: str,
        body: CompleteExperimentRequest,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[ExperimentEnvelope]:
        """See the method of this name without `with_raw_response`."""
        return experiments.complete_experiment.sync_detailed(
            uid, body, client=self._client, timeout=timeout, headers=headers
        )

    def get_experiment_quota(
        self,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[ExperimentQuota]:
        """See the method of this name without `with_raw_response`."""
        return experiments.get_experiment_quota.sync_detailed(
            client=self._client, timeout=timeout, headers=headers
        )

    def track_experiment_events(
        self,
        body: ExperimentEvent | list[ExperimentEvent],
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[ExperimentEventResponse]:
        """See the method of this name without `with_raw_response`."""
        return experiments.track_experiment_events.sync_detailed(
            body, client=self._client, timeout=timeout, headers=headers
        )

    def track_experiment_click(
        self,
        slug: str,
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
        slug: str,
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
        slug: str,
        format_: ImageFormat,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[bytes | str]:
        """See the method of this name without `with_raw_response`."""
        return experiments.render_experiment_url.sync_detailed(
            slug, format_, client=self._client, timeout=timeout, headers=headers
        )


class AsyncRawResponses:
    """The same as `RawResponses`, to be awaited."""

    def __init__(self, client: AsyncClient) -> None:
        self._client = client

    async def list_experiments(
        self,
        *,
        type_: ExperimentType | Literal["ab_test", "smart_link", "scheduled"] | Unset = UNSET,
        status: ExperimentStatusFilter
        | Literal["draft", "running", "paused", "completed"]
        | Unset = UNSET,
        page: int | Unset = UNSET,
        limit: int | Unset = UNSET,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[ExperimentList]:
        """See the method of this name without `with_raw_response`."""
        return await experiments.list_experiments.asyncio_detailed(
            type_=type_,
            status=status,
            page=page,
            limit=limit,
            client=self._client,
            timeout=timeout,
            headers=headers,
        )

    async def create_experiment(
        self,
        body: CreateExperimentRequest,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[ExperimentEnvelope]:
        """See the method of this name without `with_raw_response`."""
        return await experiments.create_experiment.asyncio_detailed(
            body, client=self._client, timeout=timeout, headers=headers
        )

    async def get_experiment(
        self,
        uid: str,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[ExperimentEnvelope]:
        """See the method of this name without `with_raw_response`."""
        return await experiments.get_experiment.asyncio_detailed(
            uid, client=self._client, timeout=timeout, headers=headers
        )

    async def update_experiment(
        self,
        uid: str,
        body: UpdateExperimentRequest,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[ExperimentEnvelope]:
        """See the method of this name without `with_raw_response`."""
        return await experiments.update_experiment.asyncio_detailed(
            uid, body, client=self._client, timeout=timeout, headers=headers
        )

    async def delete_experiment(
        self,
        uid: str,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[DeletedExperiment]:
        """See the method of this name without `with_raw_response`."""
        return await experiments.delete_experiment.asyncio_detailed(
            uid, client=self._client, timeout=timeout, headers=headers
        )

    async def start_experiment(
        self,
        uid: str,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[ExperimentEnvelope]:
        """See the method of this name without `with_raw_response`."""
        return await experiments.start_experiment.asyncio_detailed(
            uid, client=self._client, timeout=timeout, headers=headers
        )

    async def pause_experiment(
        self,
        uid: str,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[ExperimentEnvelope]:
        """See the method of this name without `with_raw_response`."""
        return await experiments.pause_experiment.asyncio_detailed(
            uid, client=self._client, timeout=timeout, headers=headers
        )

    async def complete_experiment(
        self,
        uid: str,
        body: CompleteExperimentRequest,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[ExperimentEnvelope]:
        """See the method of this name without `with_raw_response`."""
        return await experiments.complete_experiment.asyncio_detailed(
            uid, body, client=self._client, timeout=timeout, headers=headers
        )

    async def get_experiment_quota(
        self,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[ExperimentQuota]:
        """See the method of this name without `with_raw_response`."""
        return await experiments.get_experiment_quota.asyncio_detailed(
            client=self._client, timeout=timeout, headers=headers
        )

    async def track_experiment_events(
        self,
        body: ExperimentEvent | list[ExperimentEvent],
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[ExperimentEventResponse]:
        """See the method of this name without `with_raw_response`."""
        return await experiments.track_experiment_events.asyncio_detailed(
            body, client=self._client, timeout=timeout, headers=headers
        )

    async def track_experiment_click(
        self,
        slug: str,
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
        slug: str,
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
        slug: str,
        format_: ImageFormat,
        *,
        timeout: Timeout | Unset = UNSET,
        headers: Mapping[str, str] | None = None,
    ) -> Response[bytes | str]:
        """See the method of this name without `with_raw_response`."""
        return await experiments.render_experiment_url.asyncio_detailed(
            slug, format_, client=self._client, timeout=timeout, headers=headers
        )
