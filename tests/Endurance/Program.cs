using ForgeOrleans.Endurance;
using ForgeOrleans.Endurance.Driving;
using ForgeOrleans.SingleNode;

if (args is ["remote", .. var rest])
{
    var builder = WebApplication.CreateBuilder(rest);
    builder.AddForgeRemote().UseSingleNode();
    var app = builder.Build();
    app.MapForgeRemote();
    app.MapRecordedWork();
    app.Run();
    return 0;
}

return await Endurance.RunAsync(Choices.Parse(args));
