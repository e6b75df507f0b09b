namespace ForgeOrleans.Story;

/// <summary>The backend in one process, its data in one folder.</summary>
internal sealed class SingleNode(Workshop workshop) : IDeployment
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("taskboard-");
    private StartedProgram? _remote;

    public string Url { get; } = $"http://127.0.0.1:{Ports.Free()}";

    public async Task StartAsync()
    {
        _remote = workshop.StartSample(
            "TaskBoard", Url, new Dictionary<string, string>(workshop.RemoteSettings) { ["Forge__DataPath"] = _data.FullName }, _data.FullName);
        await workshop.UntilReadyAsync(_remote, Url);
    }

    public void Introduce(Transcript transcript) =>
        transcript.Say($"    the remote    {Url}  (samples/TaskBoard, its data in {_data.FullName})");

    public async Task FailAsync(Cast cast, Platform platform, Transcript transcript)
    {
        transcript.Step($"Another issue is created, and the event's handler takes {InterruptedWork.Milliseconds / 1_000} s");
        var happened = new IssueEvent(IssueEvent.Created, "10008", "TB-8", "Count the chairs", new { sleepMs = InterruptedWork.Milliseconds });
        var work = new InterruptedWork(cast.Acme, cast.Ada, happened, platform, workshop.Interrupted);
        await work.BeginAsync();
        transcript.Received(Activity.Tell(work.Runs));
        transcript.Expect("it is running", work.Runs is [{ Attempt: 1, IsOver: false }]);

        transcript.Step("The power goes out in the middle of it: the remote is killed (SIGKILL) and started again");
        transcript.Sent($"kill -KILL {_remote!.Id}");
        _remote.Kill();
        _remote.Dispose();
        await StartAsync();
        var after = await platform.InvokeAsync(cast.Acme, cast.Ada, "GET", "/tasks/?team=Forge");
        transcript.Expect($"all of {cast.Acme.Id}'s tasks are still there", after.Descriptions is ["Write the release notes", "Book the room"]);
        var others = await platform.InvokeAsync(cast.Globex, cast.Chiara, "GET", "/tasks/");
        transcript.Expect($"and {cast.Globex.Id}'s", others.Descriptions is ["Call the printer"]);
        await work.EndAsync();
        transcript.Received(Activity.Tell(work.Runs));
        transcript.Expect("the run that was cut off is followed by one that ends", work.WasCutOff && work.IsDone);
        transcript.Expect("which has done the work: the issue has a task", await work.IsVisibleAsync());
    }

    public ValueTask DisposeAsync()
    {
        _remote?.Dispose();
        _data.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }
}
