using System.Text;
using System.Text.Json.Nodes;
using ForgeOrleans.Verification.Playing;

namespace ForgeOrleans.Verification.Checks;

/// <summary>Answers that <c>invokeRemote</c> resolves with: to what is right, and to what is wrong.</summary>
internal static class Answers
{
    private const int PlatformKilobytes = 500;
    private const int BeyondKilobytes = 600;

    private const string ErrorForm =
        "Answer every error with JSON and content-type application/json (not application/problem+json, not text/html), and with a status of 400 or more that is not 401.";

    public static IReadOnlyList<Check> All { get; } =
    [
        Of("answer-form", "What the frontend calls answers JSON, or nothing", "Answer 2xx with JSON or without a body. " + ErrorForm, FormAsync),
        Of("answer-time", "It answers within the platform's 25 s", "Answer sooner: begin long work, and let the frontend ask again for its result.", TimeAsync),
        Of("answer-size", "Its answers have at most 5 MB", "Answer in pages.", SizeAsync),
        Of("unknown-route", "An unknown path is answered with an error that the caller gets", "Add a last route that answers 404 with JSON. " + ErrorForm, UnknownRouteAsync),
        Of("wrong-method", "A method that a path does not have is answered with an error that the caller gets", "Answer 404 or 405 with JSON. " + ErrorForm, WrongMethodAsync),
        Of("malformed-body", "A body that is not JSON is answered with an error that the caller gets", "Let the error of the JSON reader be answered 400 with JSON. " + ErrorForm, MalformedAsync),
        Of("no-body", "A call without the body that it needs is answered with an error that the caller gets", "Answer 400 with JSON. " + ErrorForm, NoBodyAsync),
        new(
            "body-500-kb", Groups.Answers, "A body of 500 KB is taken, or refused with an error that the caller gets", ContractSection.Invocations,
            "Let bodies of 500 KB in (Express: express.json({limit: '512kb'}); nginx: client_max_body_size 1m). " + ErrorForm, (stage, ct) => BodyAsync(stage, PlatformKilobytes, ct)),
        new(
            "body-too-large", Groups.Answers, "A body that is too large is refused with an error, and not by a broken connection", ContractSection.Invocations,
            "Read what is sent to its end, or answer 413 with JSON and then close. " + ErrorForm, (stage, ct) => BodyAsync(stage, BeyondKilobytes, ct)),
        Of("no-redirect", "No path redirects, with a slash at its end or without", "Serve both, or answer 404 with JSON: the platform follows no redirect.", RedirectAsync),
    ];

    private static Check Of(string id, string title, string cure, Func<Stage, CancellationToken, Task<Finding>> play) =>
        new(id, Groups.Answers, title, ContractSection.Answers, cure, play);

    private static Task<Finding> FormAsync(Stage stage, CancellationToken ct) => EachAsync(
        stage,
        [.. stage.Of(DoorKind.Invocation).Where(door => stage.OpenInvocations.Contains(door))],
        Skips.NoInvocation,
        // Of a body that is too large another check tells.
        door => stage.CallAsync(door, ct),
        answer => answer.Body.Length > RemoteAnswer.LargestBody ? null : AnswerVerdict.Problem(answer));

    private static Task<Finding> TimeAsync(Stage stage, CancellationToken ct) => EachAsync(
        stage,
        [.. stage.Of(DoorKind.Invocation).Where(door => stage.Known(door) is { Failure: null, IsNowhere: false } or { IsLate: true })],
        Skips.NoInvocation,
        door => stage.CallAsync(door, ct),
        answer => answer.IsLate ? answer.Words : null);

    private static Task<Finding> SizeAsync(Stage stage, CancellationToken ct) => EachAsync(
        stage, stage.OpenInvocations, Skips.NoInvocation, door => stage.CallAsync(door, ct),
        answer => answer.Body.Length > RemoteAnswer.LargestBody ? "answered more than the 5 MB that the platform takes" : null);

    private static async Task<Finding> UnknownRouteAsync(Stage stage, CancellationToken ct)
    {
        if (stage.Open.Count == 0)
            return Finding.Skipped(Skips.NoDoor);
        var complaints = new Complaints();
        foreach (var method in (string[])["GET", "POST"])
        {
            var path = $"/forge-orleans-verify/{Guid.NewGuid():N}";
            var door = Template(stage) with { Method = method, Path = path, Body = method is "POST" ? new JsonObject() : null };
            complaints.Add($"{method} of an unknown path", AnswerVerdict.Problem(await stage.CallAsync(door, ct)));
        }
        return complaints.ToFinding();
    }

    private static Task<Finding> WrongMethodAsync(Stage stage, CancellationToken ct)
    {
        // Nothing that could delete.
        var doors = stage.OpenInvocations.GroupBy(door => door.Path)
            .Select(path => path.First() with { Method = ((string[])["PATCH", "PUT", "GET"]).First(method => path.All(door => door.Method != method)), Body = null })
            .ToList();
        return EachAsync(stage, doors, Skips.NoInvocation, door => stage.CallAsync(door, ct), AnswerVerdict.Problem);
    }

    private static Task<Finding> MalformedAsync(Stage stage, CancellationToken ct) => EachAsync(
        stage, WithBody(stage), Skips.NoBody,
        door => stage.CallAsync(door, ct, request => request with { Body = "{\"broken\": "u8.ToArray() }),
        AnswerVerdict.Problem);

    private static Task<Finding> NoBodyAsync(Stage stage, CancellationToken ct) => EachAsync(
        stage, WithBody(stage), Skips.NoBody,
        door => stage.CallAsync(door, ct, request => request with { Body = null }),
        AnswerVerdict.Problem);

    private static async Task<Finding> BodyAsync(Stage stage, int kilobytes, CancellationToken ct)
    {
        var smaller = new Complaints();
        var finding = await EachAsync(stage, WithBody(stage), Skips.NoBody, SendAsync, answer => AnswerVerdict.Problem(answer) is { } problem ? $"{problem} (a body of {kilobytes} KB)" : null);
        return finding.Outcome is CheckOutcome.Passed && kilobytes <= PlatformKilobytes
            ? smaller.ToWarning("Callers may send as much; what they get is an error that they can read.")
            : finding;

        async Task<RemoteAnswer> SendAsync(Door door)
        {
            var answer = await stage.CallAsync(door, ct, request => request with { Body = Padded(door.Body, kilobytes * 1024) });
            if (answer.Status == 413)
                smaller.Add(door.Name, $"refused a body of {kilobytes} KB with 413");
            return answer;
        }
    }

    private static async Task<Finding> RedirectAsync(Stage stage, CancellationToken ct)
    {
        if (stage.OpenInvocations.Count == 0)
            return Finding.Skipped(Skips.NoInvocation);
        var complaints = new Complaints();
        foreach (var door in stage.OpenInvocations)
            foreach (var path in new[] { door.Path, Toggled(door.Path) }.Distinct())
            {
                var answer = await stage.CallAsync(door with { Path = path, Body = null, Method = "GET" }, ct);
                if (answer.IsRedirect)
                    complaints.Add($"GET {path}", AnswerVerdict.Problem(answer));
            }
        return complaints.ToFinding();
    }

    private static async Task<Finding> EachAsync(
        Stage stage, IReadOnlyList<Door> doors, string skip, Func<Door, Task<RemoteAnswer>> call, Func<RemoteAnswer, string?> complain)
    {
        if (stage.Open.Count == 0 || doors.Count == 0)
            return Finding.Skipped(skip);
        var complaints = new Complaints();
        foreach (var door in doors)
            complaints.Add(door.Name, complain(await call(door)));
        return complaints.ToFinding();
    }

    private static IReadOnlyList<Door> WithBody(Stage stage) => [.. stage.OpenInvocations.Where(door => door.Body is not null)];

    private static Door Template(Stage stage) =>
        stage.OpenInvocations is [var open, ..] ? open : stage.Of(DoorKind.Invocation).FirstOrDefault() ?? new(DoorKind.Invocation, "GET", "/", new());

    private static byte[] Padded(JsonNode? body, int bytes)
    {
        var padded = body as JsonObject is { } members ? members.DeepClone().AsObject() : new JsonObject { ["body"] = body?.DeepClone() };
        padded["padding"] = "";
        var frame = Encoding.UTF8.GetByteCount(padded.ToJsonString());
        padded["padding"] = new string('x', bytes - frame);
        return Encoding.UTF8.GetBytes(padded.ToJsonString());
    }

    private static string Toggled(string path)
    {
        var end = path.IndexOfAny(['?', '#']) is >= 0 and var index ? index : path.Length;
        var (route, rest) = (path[..end], path[end..]);
        return route is "/" ? path : route.EndsWith('/') ? $"{route.TrimEnd('/')}{rest}" : $"{route}/{rest}";
    }
}
