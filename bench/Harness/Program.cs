using System.Globalization;
using System.Runtime.InteropServices;
using ForgeOrleans.Bench;
using ForgeOrleans.Bench.Bounds;
using ForgeOrleans.Bench.Figures;
using ForgeOrleans.Bench.Measurements;
using ForgeOrleans.TestServers;

// A run that is interrupted still ends its servers.
using var interrupted = new CancellationTokenSource();
using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using var onTerminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);

try
{
    if (args is [RsaVerify.Command, var callers, var key, var verifyFor]) await RsaVerify.RunAsync(callers, key, Seconds(verifyFor));
    else if (args is [RawSqlite.Command, var folder, var writeFor]) await RawSqlite.RunAsync(folder, Seconds(writeFor));
    else await MeasureAsync(BenchOptions.Parse(args));
    return 0;
}
catch (BenchException unmeasured)
{
    Console.Error.WriteLine(unmeasured.Message);
    return 1;
}
catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
{
    Console.Error.WriteLine("Interrupted.");
    return 130;
}

async Task MeasureAsync(BenchOptions options)
{
    await using var setting = await Setting.PrepareAsync(options, interrupted.Token);
    List<Findings> findings = [];
    if (options.Wants("echo") || options.Wants("list"))
    {
        Console.WriteLine("Invocations:");
        findings.Add(await EchoAndList.MeasureAsync(setting, interrupted.Token));
    }
    if (options.Wants("create"))
    {
        Console.WriteLine($"Durable writes, on {new DriveInfo(setting.Folder).DriveFormat}:");
        findings.Add(await DurableCreate.MeasureAsync(setting, interrupted.Token));
    }
    if (options.Wants("accept"))
    {
        Console.WriteLine("Deliveries:");
        findings.Add(await Acceptances.MeasureAsync(setting, interrupted.Token));
    }
    if (options.Wants("cluster") && options.Cluster is not null && PostgreSqlPrograms.Missing is { } missing)
        Console.WriteLine($"The cluster is not measured: {missing}");
    else if (options.Wants("cluster") && options.Cluster is not null)
    {
        Console.WriteLine("Cluster:");
        findings.Add(await ClusterBesideSingleNode.MeasureAsync(setting, interrupted.Token));
    }
    string? limits = null;
    if (options.Wants("limits"))
    {
        Console.WriteLine("Limits of product calls:");
        limits = await WithinLimits.MeasureAsync(setting, interrupted.Token);
    }

    // The lines above are of use while one waits; this is what stays.
    using var report = new StringWriter();
    if (findings.Count > 0)
        Report.Print([.. findings.SelectMany(f => f.Figures)], [.. findings.SelectMany(f => f.Subjects)], report);
    else
        report.WriteLine(Machine.Describe());
    if (limits is not null)
        report.Write($"{Environment.NewLine}{limits}");
    Console.WriteLine();
    Console.Write(report);
    await File.WriteAllTextAsync(Path.Combine(setting.Folder, "report.txt"), report.ToString());
}

void Interrupt(PosixSignalContext signal)
{
    signal.Cancel = true;
    interrupted.Cancel();
}

static TimeSpan Seconds(string text) => TimeSpan.FromSeconds(double.Parse(text, CultureInfo.InvariantCulture));
