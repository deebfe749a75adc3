"""Creates that lose or change what they were given."""

import struct

from broken_servers.exchange import Request, Response
from broken_servers.fault import Server, alter_request, alter_response, wrap_server
from broken_servers.operations import CREATE, GET, SHOWING_ONE


@alter_request("create.echo", CREATE)
def hypothesis_is_lost(request: Request) -> None:
    """The hypothesis is not stored."""
    request.json.pop("hypothesis", None)


@alter_request("create.echo", CREATE)
def sample_size_of_zero_is_the_default(request: Request) -> None:
    """A minimumSampleSize of 0 counts as not given."""
    if not request.json["minimumSampleSize"]:
        del request.json["minimumSampleSize"]


@alter_request("create.echo", CREATE)
def confidence_threshold_is_lost(request: Request) -> None:
    """The confidenceThreshold is always the default."""
    request.json.pop("confidenceThreshold", None)


@alter_request("create.echo", CREATE)
def quality_is_lost(request: Request) -> None:
    """Of outputConfig only the format is kept."""
    request.json["outputConfig"].pop("quality", None)


@alter_request("create.echo", CREATE)
def webp_becomes_png(request: Request) -> None:
    """The format webp is stored as png."""
    if request.json["outputConfig"]["format"] == "webp":
        request.json["outputConfig"]["format"] = "png"


@alter_request("create.echo", CREATE)
def bandit_settings_are_lost(request: Request) -> None:
    """The settings of a bandit that is off are not stored."""
    if not request.json["banditConfig"].get("enabled"):
        del request.json["banditConfig"]


@alter_request("create.echo", CREATE)
def variant_names_are_lost(request: Request) -> None:
    """The names of variants are not stored."""
    for row in request.json["variants"]:
        row.pop("name", None)


@alter_request("create.echo", CREATE)
def variables_are_flattened(request: Request) -> None:
    """Variables are stored as text."""
    for row in request.json["variants"]:
        if "variables" in row:
            row["variables"] = {key: str(value) for key, value in row["variables"].items()}


@alter_request("create.echo", CREATE)
def variables_lose_nulls(request: Request) -> None:
    """Variables that are null are not stored."""
    for row in request.json["variants"]:
        if "variables" in row:
            row["variables"] = {
                key: value for key, value in row["variables"].items() if value is not None
            }


@alter_request("create.echo", CREATE)
def name_loses_what_is_not_latin(request: Request) -> None:
    """The column of names knows Latin-1 only."""
    request.json["name"] = request.json["name"].encode("latin-1", "replace").decode("latin-1")


@alter_request("create.echo", CREATE)
def destination_is_in_small_letters(request: Request) -> None:
    """URLs are stored in small letters."""
    goal = request.json["goalConfig"]
    goal["destinationUrl"] = goal["destinationUrl"].lower()


@alter_request("create.echo", CREATE)
def bandit_is_switched_off(request: Request) -> None:
    """Auto-optimisation is never stored as enabled."""
    request.json["banditConfig"]["enabled"] = False


@alter_request("create.echo", CREATE)
def name_is_escaped(request: Request) -> None:
    """Names are stored escaped for HTML."""
    request.json["name"] = request.json["name"].replace("&", "&amp;").replace('"', "&quot;")


@alter_request("create.echo", CREATE)
def destination_is_decoded(request: Request) -> None:
    """The destination is stored without its fragment."""
    goal = request.json["goalConfig"]
    goal["destinationUrl"] = goal["destinationUrl"].partition("#")[0]


@alter_request("create.echo", CREATE)
def template_of_the_experiment_is_lost(request: Request) -> None:
    """The templateUid of the experiment is not stored."""
    request.json.pop("templateUid", None)


@alter_request("create.echo", CREATE)
def fallback_image_of_a_smart_link_is_lost(request: Request) -> None:
    """The fallbackImageUrl of a smart link is not stored."""
    if request.json["type"] == "smart_link":
        request.json.pop("fallbackImageUrl", None)


@alter_request("create.echo", CREATE)
def third_variant_loses_its_variables(request: Request) -> None:
    """Of the variants after the second the variables are not stored."""
    for row in request.json["variants"][2:]:
        row.pop("variables", None)


@alter_request("create.echo", CREATE)
def fallback_image_is_lost(request: Request) -> None:
    """The fallbackImageUrl is not stored."""
    request.json.pop("fallbackImageUrl", None)


@alter_response("create.echo", *SHOWING_ONE)
def default_of_a_smart_link_comes_first(_: Request, response: Response) -> None:
    """The variants of a smart link are shown with the default before the others."""
    for shown in response.experiments:
        if shown["type"] == "smart_link":
            shown["variants"].sort(key=lambda row: not row.get("isDefault"))


@alter_request("create.echo", CREATE)
def threshold_has_one_digit(request: Request) -> None:
    """The column of thresholds has one digit after the point."""
    request.json["confidenceThreshold"] = round(request.json["confidenceThreshold"], 1)


@alter_response("create.echo", GET)
def read_rounds_the_threshold(_: Request, response: Response) -> None:
    """A later read shows the confidenceThreshold as a whole percentage."""
    response.experiments[0]["confidenceThreshold"] = round(
        response.experiments[0]["confidenceThreshold"] * 100
    )


@alter_response("create.echo", GET)
def read_loses_the_default_flag(_: Request, response: Response) -> None:
    """A later read leaves isDefault out."""
    for row in response.experiments[0]["variants"]:
        row.pop("isDefault", None)


@wrap_server("create.request-only", *SHOWING_ONE)
async def fallback_template_is_shown(request: Request, server: Server) -> Response:
    """fallbackTemplateUid, which is for writing only, is in the answers."""
    response = await server(request)
    if response.status < 300 and response.experiments:
        response.experiments[0]["fallbackTemplateUid"] = "tmpl_fallback_only"
    return response


@alter_response("create.echo", *SHOWING_ONE)
def weights_are_shown_in_percent(_: Request, response: Response) -> None:
    """Weights are shown as percentages."""
    for row in response.experiments[0]["variants"]:
        row["weight"] //= 100


@alter_request("create.echo", CREATE)
def dots_in_names_of_variables_are_lost(request: Request) -> None:
    """A name of a variable has no dots."""
    for row in request.json["variants"]:
        row["variables"] = {
            name.replace(".", "_"): value for name, value in row["variables"].items()
        }


@alter_request("create.echo", CREATE)
def sample_size_has_16_bits(request: Request) -> None:
    """A minimumSampleSize over 32,767 is 32,767."""
    request.json["minimumSampleSize"] = min(request.json["minimumSampleSize"], 32_767)


@alter_response("create.echo", *SHOWING_ONE)
def variables_have_32_bits(_: Request, response: Response) -> None:
    """Numbers of variables are kept in 32 bits."""
    for row in response.experiments[0]["variants"]:
        for name, value in row.get("variables", {}).items():
            if isinstance(value, float):
                row["variables"][name] = struct.unpack("f", struct.pack("f", value))[0]
