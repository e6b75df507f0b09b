using Spectre.Console;

namespace ForgeOrleans.Cli.Display;

/// <summary>Shows an installation: what it is first, then what is not as it should be, then the rest.</summary>
internal static class InstallationView
{
    public static void Show(InstallationAnswer installation)
    {
        Screen.Line($"[bold]{Screen.Plain(installation.InstallationId)}[/]  {Words.Life(installation.Life)}");
        Facts(installation);
        Alarms(installation);
        Queue(installation.Queue);
        Running(installation.Running ?? []);
        Triggers(installation.Triggers ?? []);
        Schedules(installation.Schedules ?? []);
    }

    private static void Facts(InstallationAnswer installation)
    {
        var life = installation.LifeDetail;
        var grid = new Grid().AddColumn(new GridColumn { NoWrap = true, Padding = new(2, 0, 3, 0) }).AddColumn();
        Add("App", Words.Text(installation.AppId is { } app ? $"{app}, version {installation.AppVersion ?? "unknown"}" : null));
        Add("Environment", Words.Text(installation.EnvironmentType?.ToLowerInvariant()));
        foreach (var context in installation.Contexts)
            Add("Product", Screen.Plain($"{context.Name} on {(context.CloudId is { } cloud ? $"site {cloud}" : $"workspace {context.WorkspaceId}")}"));
        Add("License", License(installation.License));
        Add("Tokens", Tokens(installation.Tokens));
        if (life is not null)
        {
            Add("Life", $"{Words.Life(installation.Life)} since {Words.Exactly(life.Since)} UTC ({Cause(life.Cause)}), last call {Words.Ago(life.LastSeen)}");
            if (life.EraseAt is { } erase)
                Add("Erasure", $"[yellow]its data is erased {Words.Ago(erase)}[/], at {Words.Exactly(erase)} UTC");
            if (life.ErasedAt is { } erased)
                Add("Erasure", $"{(life.IsErasing ? "[yellow]going on[/], decided" : "decided")} at {Words.Exactly(erased)} UTC");
            foreach (var former in life.Former)
                Add("Formerly", $"{Screen.Plain(former)} on the same site");
            foreach (var later in life.Later)
                Add("Later", $"{Screen.Plain(later)} on the same site");
            if (life.Adoption is { } adoption)
                Add("Adoption", $"of {Screen.Plain(adoption.From)}: {Words.Many(adoption.Copied, "document", "documents")} copied, {adoption.Kept} kept{(adoption.IsComplete ? "" : "; [yellow]goes on[/]")}");
        }
        Screen.Show(grid);

        void Add(string name, string text) => grid.AddRow(new Markup($"[grey]{name}[/]"), new Markup(text));
    }

    private static void Alarms(InstallationAnswer installation)
    {
        if (installation.HasStoppedReceivingTriggers)
            Alarm("The platform fires none of its triggers any more: the app was likely uninstalled.");
        if (installation.LifeDetail is { RefusedSince: { } since, RefusedStatus: var status })
            Alarm($"Its products refuse the app with {status} since {Words.Exactly(since)} UTC.");
        if (installation.Queue.IsStopped && installation.Life is "active" or "installed")
            Alarm("Its work is stopped.");
        if (installation.Queue.WaitingForToken)
            Alarm("Work waits for an access token of the app; the next invocation or trigger that brings one lets it go on.");
        if (installation.Queue.WaitingForHandler)
            Alarm("Work waits for a version of this program that has a handler for it.");

        static void Alarm(string text) => Screen.Line($"  [yellow]![/] {text}");
    }

    private static void Queue(QueueAnswer queue)
    {
        var sheet = new Sheet("#Waiting", "#Running", "#Dead letters", "#Oldest");
        sheet.Add(Words.Count(queue.Waiting), Words.Count(queue.Running), Words.Count(queue.DeadLetters, "red"), Words.Span(queue.OldestSeconds));
        sheet.Show(queue.IsStopped ? "Work [yellow](stopped)[/]" : "Work");
    }

    private static void Running(IReadOnlyList<RunningAnswer> runs)
    {
        if (runs.Count == 0)
            return;
        var sheet = new Sheet("Runs now", "~Key", "#Attempt", "Since", "~Progress", "~Process");
        foreach (var run in runs)
            sheet.Add(
                Screen.Plain(run.Kind), Screen.Plain(run.Key), $"{run.Attempt}", Words.Ago(run.StartedAt),
                run.Progress is { } progress ? Screen.Plain($"{progress.Items:N0} {progress.Message}".Trim()) : Words.Text(null), Screen.Plain(run.Process));
        sheet.Show();
    }

    private static void Triggers(IReadOnlyList<TriggerAnswer> triggers)
    {
        if (triggers.Count == 0)
            return;
        var sheet = new Sheet("~Trigger", "Outcome", "Last started", "#Took", "#Items", "Next expected");
        foreach (var trigger in triggers)
            sheet.Add(
                Screen.Plain(trigger.Key),
                trigger.LastStarted is null ? "[grey]waits[/]" : Words.Outcome(trigger.Outcome),
                Words.Ago(trigger.LastStarted),
                Words.Span(trigger.DurationSeconds),
                trigger.Items is { } items ? Words.Count(items) : Words.Text(null),
                trigger.IsMissed ? $"[red]missed, {Words.Ago(trigger.NextExpected)}[/]" : Words.Ago(trigger.NextExpected));
        sheet.Show("Triggers of the platform");
    }

    private static void Schedules(IReadOnlyList<ScheduleAnswer> schedules)
    {
        if (schedules.Count == 0)
            return;
        var sheet = new Sheet("~Schedule", "~Job", "~When", "Last", "Next");
        foreach (var schedule in schedules)
            sheet.Add(
                Screen.Plain(schedule.Name),
                Screen.Plain(schedule.Job),
                schedule.EverySeconds is { } every ? $"every {Words.Span(every)}" : Screen.Plain($"{schedule.Cron} {schedule.TimeZone ?? "UTC"}"),
                Words.Ago(schedule.Last),
                Words.Ago(schedule.Next));
        sheet.Show("Schedules of the site's own");
    }

    private static string License(LicenseAnswer? license)
    {
        if (license is null)
            return "[grey]none is stated[/]";
        var words = new[]
        {
            license.Active switch { true => "[green]active[/]", false => "[red]not active[/]", null => null },
            license.Type is { } type ? Screen.Plain(type.ToLowerInvariant()) : null,
            license.IsEvaluation is true ? "[yellow]evaluation[/]" : null,
            license.SubscriptionEndDate is { } end ? $"until {Screen.Plain(end)}" : null,
        };
        return string.Join(", ", words.OfType<string>());
    }

    private static string Tokens(TokensAnswer? tokens)
    {
        if (tokens is null)
            return Words.Text(null);
        var app = tokens.System is { } system ? $"the app's own expires {Words.Ago(system.ExpiresAt)}" : "[yellow]none of the app's own[/]";
        return tokens.Users == 0 ? app : $"{app}; of {Words.Many(tokens.Users, "user", "users")}, the last expires {Words.Ago(tokens.UsersUntil)}";
    }

    private static string Cause(string cause) => cause switch
    {
        "firstCall" => "first call",
        "installedEvent" => "the platform said so",
        "accessGranted" => "some time after the install",
        "preUninstall" => "the platform said so",
        "inferred" => "inferred: its products refuse the app",
        "operator" => "an operator decided",
        "returned" => "it called again",
        "retention" => "its retention is over",
        _ => Screen.Plain(cause),
    };
}
