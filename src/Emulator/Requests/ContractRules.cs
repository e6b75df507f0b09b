using System.Globalization;
using System.Net.Http.Headers;
using ForgeOrleans.Emulator.Bridge;

namespace ForgeOrleans.Emulator.Requests;

/// <summary>What a remote's answer has against the contract, in words that name the cause and the cure.</summary>
internal static class ContractRules
{
    private const double SlowShare = 0.8;

    public static IReadOnlyList<Finding> Check(RemoteAnswer answer)
    {
        var findings = Findings(answer);
        return answer.Call.Kind is RequestKind.PreUninstall
            // Nothing that a hook does stops the uninstall, but a token given away is one.
            ? [.. findings.Select(finding => finding.Section is "3" or "5" ? finding : finding with { Severity = FindingSeverity.Warning })]
            : findings;
    }

    private static List<Finding> Findings(RemoteAnswer answer)
    {
        var found = new List<Finding>();
        foreach (var token in answer.GivenAway)
        {
            found.Add(Finding.Error(
                "5", $"The answer has the {token} in it: whoever reads it can act with it. Never return, log or store a token."));
        }

        if (answer.Failure is { } failure)
        {
            found.Add(OfFailure(answer, failure));
            return found;
        }

        if (answer.Call.BadToken is { } bad)
        {
            if (OfBadToken(answer, bad) is { } finding)
            {
                found.Add(finding);
            }

            return found;
        }

        if (OfStatus(answer) is { } wrong)
        {
            found.Add(wrong);
        }

        if (answer.Call.Limit is { } limit && answer.Took > limit * SlowShare)
        {
            found.Add(Finding.Warning(
                "1",
                $"The answer took {Seconds(answer.Took)} of the {Seconds(limit)} that {Named(answer.Call)} has: answer sooner, and do long "
                + "work after the answer."));
        }

        return found;
    }

    private static Finding OfFailure(RemoteAnswer answer, RemoteFailure failure)
    {
        var call = answer.Call;
        return failure switch
        {
            RemoteFailure.TimedOut => Finding.Error(
                "1",
                $"There was no answer in the {Seconds(call.Limit!.Value)} that {Named(call)} has: "
                + (IsDelivery(call) ? "store what came, answer, and work later." : "answer sooner, and do long work in the background.")),
            RemoteFailure.TooLarge => Finding.Error(
                "1",
                $"The answer is larger than the {call.LargestAnswer / 1024 / 1024} MB that {Named(call)} lets through: answer in pages."),
            _ => Finding.Error(
                call.Kind is RequestKind.Event ? "7" : "4",
                $"The remote could not be reached at {answer.Request.Url.GetLeftPart(UriPartial.Authority)} or closed the connection "
                + $"({answer.Cause?.TrimEnd('.')}): see that it runs there, or start the emulator with another --remote."),
        };
    }

    private static Finding? OfBadToken(RemoteAnswer answer, BadToken bad) => answer switch
    {
        { Status: StatusCodes.Status401Unauthorized } => null,
        { IsSuccess: true } when bad.IsTolerable => Finding.Warning(
            "3", $"A token that is {bad.Fault} by less than a minute was let in, with status {answer.Status}: allow for clocks that differ, but not more."),
        { IsSuccess: true } => Finding.Error(
            "3",
            $"A token that is {bad.Fault} was let in, with status {answer.Status}: anybody can call this remote as anybody. "
            + $"Verify every token: {bad.Cure}, and answer 401."),
        _ => Finding.Warning("4", $"A token that is {bad.Fault} was answered {answer.Status}: a token that doesn't verify is answered 401."),
    };

    private static Finding? OfStatus(RemoteAnswer answer)
    {
        var (call, status) = (answer.Call, answer.Status);
        if (call.IsRaw || (call.Kind is RequestKind.Fetch && status is >= 300 and < 400))
        {
            return null;
        }

        if (status is StatusCodes.Status401Unauthorized)
        {
            const string Cure = "401 is reserved for a token that does not verify, and this one was good. Verify it with the JWKS of this platform "
                + "(fetch it again when \"kid\" is unknown), the app's id as audience and a clock that is right; answer 403 to a user who may not.";
            return call.Kind is RequestKind.Fetch or RequestKind.Function ? Finding.Warning("4", Cure) : Finding.Error("4", Cure);
        }

        if (status is >= 300 and < 400)
        {
            var target = answer.Headers.TryGetValue("location", out var location) ? $" to {TokenMask.Hide(location[0])}" : "";
            return Finding.Error(
                "4", $"The answer is a redirect{target} ({status}), which the platform does not follow: serve {answer.Request.Path} itself.");
        }

        return call.Kind switch
        {
            RequestKind.Invoke => OfInvoke(answer),
            RequestKind.Fetch or RequestKind.Function => null,
            _ when answer.IsSuccess => null,
            RequestKind.Event or RequestKind.Lifecycle => Finding.Error(
                "7", $"The delivery was answered {status}, and anything but 2xx is a failure{Retried(call)}: store the event, answer 2xx, and work later."),
            RequestKind.PreUninstall => Finding.Warning(
                "1", $"The hook answered {status}, and the app is uninstalled all the same: answer 2xx, and clean up without the product APIs."),
            RequestKind.WebTrigger => Finding.Error(
                "1", $"The web trigger's envelope was answered {status}: answer 200 with {{statusCode, headers, body}}, also for an error of the app's."),
            _ => Finding.Error(
                "4", $"The trigger was answered {status}, and anything but 2xx is a failure{Retried(call)}: answer 2xx, and work later."),
        };
    }

    private static Finding? OfInvoke(RemoteAnswer answer)
    {
        var status = answer.Status;
        if (!answer.IsSuccess && answer.Headers.TryGetValue("content-type", out var contentType) && !IsJson(contentType))
        {
            return Finding.Error(
                "4",
                $"The error {status} has the content type {string.Join(", ", contentType)}, and the platform replaces it by an error of its own: "
                + "answer errors as application/json.");
        }

        if (answer.Body.Length is 0)
        {
            return answer.IsSuccess ? null : Finding.Error(
                "4", $"The error {status} has no body, and the platform replaces it by an error of its own: answer errors with a JSON body.");
        }

        return answer.Json is null
            ? Finding.Error("4", $"The body of the answer ({status}) is no JSON, and invokeRemote rejects: answer JSON, or 2xx without a body.")
            : null;
    }

    /// <summary>Whether a content type is the one that errors must have.</summary>
    public static bool IsJson(string[] contentType) =>
        contentType is [var single]
        && MediaTypeHeaderValue.TryParse(single, out var type)
        && "application/json".Equals(type.MediaType, StringComparison.OrdinalIgnoreCase);

    private static string Retried(RemoteCall call) => call.IsLastAttempt
        ? ""
        : $" that is tried again in {PlatformLimits.RetrySpacing.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s";

    private static bool IsDelivery(RemoteCall call) => call.Kind is RequestKind.Event or RequestKind.Lifecycle or RequestKind.Trigger;

    private static string Named(RemoteCall call) => call.Kind switch
    {
        RequestKind.Invoke => "invokeRemote",
        RequestKind.Fetch => "requestRemote",
        RequestKind.Function => "invokeRemote of a function",
        RequestKind.Event => "an event",
        RequestKind.Lifecycle => "a lifecycle event",
        RequestKind.Trigger => "a scheduled trigger",
        RequestKind.PreUninstall => "a pre-uninstall hook",
        _ => "a web trigger",
    };

    private static string Seconds(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.##} {(time.TotalSeconds is 1 ? "second" : "seconds")}");
}
