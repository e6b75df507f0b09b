using System.Diagnostics;
using System.Globalization;
using ForgeOrleans.Bench.Bounds;
using ForgeOrleans.Bench.Figures;
using ForgeOrleans.Bench.Load;
using ForgeOrleans.Bench.Servers;

namespace ForgeOrleans.Bench.Measurements;

/// <summary>
/// Validated invocations answered from memory, and a read of a site's state, against Express doing the validation alone and
/// against what a bare Kestrel and a bare RSA verification would allow together.
/// </summary>
public static class EchoAndList
{
    public static async Task<Findings> MeasureAsync(Setting setting, CancellationToken cancellation)
    {
        var contestants = setting.Contestants(setting.DataFolder("echo"));
        await using var express = await StartAsync("express", contestants.Express);
        await using var kestrel = await StartAsync("bare-kestrel", contestants.BareKestrel);
        await using var remote = await StartAsync("remote", contestants.Remote);
        using var talk = new Conversation(remote);
        using var expressTalk = new Conversation(express);
        await talk.CheckEchoAsync(setting.Callers[^1], cancellation);
        await expressTalk.CheckEchoAsync(setting.Callers[^1], cancellation);

        var expressEcho = Loaded("Express echo", express, LoadRequest.Echo);
        var kestrelEcho = Loaded("bare Kestrel echo", kestrel, LoadRequest.Echo);
        var rsa = new Subject("RSA-2048 verify, one thread", (time, cancel) => OwnProcess.RunAsync(setting.Cores, cancel,
            RsaVerify.Command, setting.CallersPath, setting.PublicKeyPath, time.TotalSeconds.ToString(CultureInfo.InvariantCulture))) { WarmsItself = true };
        var echo = Loaded("remote echo", remote, LoadRequest.Echo);
        var list = Loaded("remote GET /tasks/", remote, LoadRequest.List);

        List<Subject> subjects = [expressEcho];
        if (setting.Options.Wants("echo")) subjects.AddRange([kestrelEcho, rsa, echo]);
        if (setting.Options.Wants("list"))
        {
            Console.WriteLine("  five tasks for every site");
            await talk.SeedTasksAsync([.. setting.Sites], cancellation);
            subjects.Add(list);
        }
        await new Rounds(setting.Options).RunAsync(subjects, cancellation);

        List<Figure> figures = [];
        if (setting.Options.Wants("echo"))
        {
            figures.Add(Ratio("POST /echo / Express + jose", 4, of => of(echo) / of(expressEcho)));
            figures.Add(Ratio("POST /echo / bound of bare Kestrel and RSA", 0.8,
                of => of(echo) * (1 / of(kestrelEcho) + 1 / of(rsa))));
        }
        if (setting.Options.Wants("list"))
            figures.Add(Ratio("GET /tasks/ / Express + jose echo", 3, of => of(list) / of(expressEcho)));
        return new Findings(figures, subjects);

        Task<Server> StartAsync(string name, Func<Uri, ProcessStartInfo> describe) =>
            Server.StartAsync(name, describe, setting.Folder, cancellation);

        Subject Loaded(string name, Server server, LoadRequest request) =>
            new(name, (time, cancel) => setting.Wrk.RunAsync(server, request, time, cancel));

        Figure Ratio(string name, double target, Func<Func<Subject, double>, double> ratio)
        {
            var rounds = Enumerable.Range(0, setting.Options.Rounds);
            return new(name, target, [.. rounds.Select(round => ratio(subject => subject.Samples[round].PerSecond))])
            {
                CoreRatio = Figure.Median(rounds.Select(round => ratio(subject => subject.Samples[round].PerCoreSecond))),
            };
        }
    }
}
